import TestSupport
import Testing

@testable import LinearAlgebra

@Suite struct VectorBlocksTests {
  /// A unit vector, near another one or far from all.
  static func unit(near other: [Double]?, dimension: Int, using random: inout SeededGenerator)
    -> [Double]
  {
    let noise = (0..<dimension).map { _ in Double.random(in: -1...1, using: &random) }
    let reach = [0, 0.01, 0.3, 1][Int.random(in: 0..<4, using: &random)]
    let vector = other.map { zip($0, noise).map { $0 + reach * $1 } } ?? noise
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0
      ? vector.map { $0 / length } : [1] + [Double](repeating: 0, count: dimension - 1)
  }

  @Test(arguments: 0..<40)
  func `no vector that is close is passed over, by any variant and whatever is kept`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let dimension = [1, 2, 5, 17, 70, 150][seed % 6]
    let kept = Int.random(in: 1...min(dimension, 128), using: &random)
    let count = [0, 1, 15, 16, 17, 200][Int.random(in: 0..<6, using: &random)]
    var all: [[Double]] = []
    for _ in 0..<count + 7 {
      let near = Bool.random(using: &random) ? all.randomElement(using: &random) : nil
      all.append(Self.unit(near: near, dimension: dimension, using: &random))
    }
    let empty = VectorCodes(coordinateCount: kept, dimension: dimension)
    var codes = empty
    var queries = empty
    var blocks = VectorBlocks(like: empty)
    // The axes are orthonormal directions as good as any.
    for vector in all[..<count] { add(vector, to: &codes) }
    for vector in all[count...] { add(vector, to: &queries) }
    for index in 0..<count { blocks.append(codes, at: index) }
    #expect(blocks.count == count)
    var scratch = VectorBlocks.Scratch()
    for _ in 0..<4 {
      let first = Int.random(in: 0...count, using: &random)
      let asked = (0..<7 as Range<UInt32>).shuffled(using: &random)
        .prefix(Int.random(in: 0...7, using: &random))
      let leasts = asked.map { _ in
        [-0.5, 0.3, 0.8, 0.95][Int.random(in: 0..<4, using: &random)] as Float
      }
      var known: [[Int]]?
      for variant in 0..<closeVariantCount {
        var found = [[Int]](repeating: [], count: asked.count)
        blocks.forEachClose(
          to: Array(asked), of: queries, leasts: leasts.map { $0 - 1e-3 }, from: first,
          variant: variant, scratch: &scratch
        ) { query, vector, bound in
          found[query].append(vector)
          let one = all[count + Int(asked[query])]
          let cosine = zip(one, all[vector]).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(Double(bound) > cosine - 1e-3 && bound >= leasts[query] - 1e-3)
        }
        for (query, least) in leasts.enumerated() {
          #expect(found[query] == found[query].sorted() && found[query].allSatisfy { $0 >= first })
          let one = all[count + Int(asked[query])]
          for vector in first..<count {
            let cosine = zip(one, all[vector]).reduce(0) { $0 + $1.0 * $1.1 }
            if cosine >= Double(least) { #expect(found[query].contains(vector)) }
          }
        }
        // Sums of whole numbers are the same everywhere, and the bound's two steps are not fused.
        if let known { #expect(found == known) }
        known = found
      }
    }
  }

  private func add(_ vector: [Double], to codes: inout VectorCodes) {
    let coordinates = vector.map { Float($0) }
    codes.append(coordinates.span)
  }

  @Test func `all directions kept tell nearly the cosine`() {
    var codes = VectorCodes(coordinateCount: 2, dimension: 2)
    add([0.6, 0.8], to: &codes)
    add([-0.8, 0.6], to: &codes)
    var blocks = VectorBlocks(like: codes)
    blocks.append(codes, at: 0)
    blocks.append(codes, at: 1)
    var scratch = VectorBlocks.Scratch()
    var bounds: [Float] = []
    blocks.forEachClose(to: [0, 1], of: codes, leasts: [-1, -1], scratch: &scratch) {
      bounds.append($2)
    }
    #expect(bounds.count == 4)
    for (bound, cosine) in zip(bounds, [1, 0, 0, 1] as [Float]) {
      #expect(abs(bound - cosine) < 1e-3)
    }
    bounds = []
    blocks.forEachClose(to: [1, 0], of: codes, leasts: [0.9, 0.9], scratch: &scratch) {
      bounds.append($2)
    }
    #expect(bounds.count == 2)
  }

  @Test(arguments: [0, 1, 31, 32, 33, 384])
  func `the rough product is the product but for rounding`(count: Int) {
    let one = (0..<count).map { Float($0 % 7) - 3 }
    let other = (0..<count).map { Float($0 % 5) - 2 }
    let rough = roughProduct(one.span, other.span)
    #expect(rough == zip(one, other).reduce(0) { $0 + $1.0 * $1.1 })
  }
}
