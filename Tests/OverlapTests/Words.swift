import Overlap
import TestSupport

/// A list of words as hashes, from numbers that look nothing like hashes.
func words(_ numbers: [Int]) -> [UInt32] {
  numbers.map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
}

/// Sketches of samples of one part each.
func shingles(_ parts: [[UInt32]]) -> Shingles {
  var shingles = Shingles()
  var maker = ShingleMaker()
  for part in parts {
    maker.add(part.span)
    maker.finish(into: &shingles)
  }
  return shingles
}

/// The runs of five words of a part as they are, or the whole of a shorter one.
func runSet(_ part: [UInt32]) -> Set<[UInt32]> {
  if part.isEmpty { return [] }
  if part.count < 5 { return [part] }
  return Set((0...part.count - 5).map { Array(part[$0..<$0 + 5]) })
}

/// The Jaccard similarity of two sets; 0 where either is empty.
func jaccard(_ one: Set<[UInt32]>, _ other: Set<[UInt32]>) -> Double {
  if one.isEmpty || other.isEmpty { return 0 }
  return Double(one.intersection(other).count) / Double(one.union(other).count)
}

/// Parts of which many nearly repeat an earlier one.
func similarParts(seed: Int, count: Int, longest: Int, vocabulary: Int) -> [[UInt32]] {
  var random = SeededGenerator(seed: seed)
  var parts: [[UInt32]] = []
  for _ in 0..<count {
    if let earlier = parts.randomElement(using: &random), Bool.random(using: &random) {
      var part = earlier
      for _ in 0..<Int.random(in: 0...3, using: &random) where !part.isEmpty {
        part[Int.random(in: part.indices, using: &random)] = UInt32.random(
          in: 0..<UInt32(vocabulary), using: &random)
      }
      parts.append(part)
    } else {
      parts.append(
        (0..<Int.random(in: 0...longest, using: &random)).map { _ in
          UInt32.random(in: 0..<UInt32(vocabulary), using: &random)
        })
    }
  }
  return parts
}
