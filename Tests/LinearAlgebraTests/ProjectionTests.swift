import Testing

@testable import LinearAlgebra

@Suite struct ProjectionTests {
  func components(_ count: Int, _ dimension: Int, seed: UInt64) throws -> PrincipalComponents {
    var generator = Generator(state: seed)
    var matrix = Matrix(rowCount: count, columnCount: dimension)
    for row in 0..<count {
      for column in 0..<dimension { matrix[row, column] = Float(generator.normal()) }
    }
    return try PrincipalComponents(
      mean: (0..<dimension).map { _ in generator.normal() }, components: matrix,
      explainedVariance: [Double](repeating: 1, count: count), totalVariance: 1, rowCount: 1)
  }

  func coordinates(
    _ rows: Span<Float>, _ components: PrincipalComponents, variant: Int? = nil
  ) -> [Float] {
    let rowCount = rows.count / components.dimension
    var result = [Float](repeating: .nan, count: rowCount * components.count)
    var span = result.mutableSpan
    if let variant {
      components.project(rows, into: &span, variant: variant)
    } else {
      components.project(rows, into: &span)
    }
    return result
  }

  /// The order of arithmetic as it is documented, in plain Swift.
  func byTheBook(_ row: Span<Float>, _ fit: PrincipalComponents, component: Int) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    var offset = 0.0
    for column in 0..<fit.dimension {
      let centre = Float(fit.mean[column])
      let weight = fit.components[component, column]
      let product: Float = (row[column] - centre) * weight
      lanes[column % 16] += product
      offset += (fit.mean[column] - Double(centre)) * Double(weight)
    }
    for step in [8, 4, 2, 1] { for lane in 0..<step { lanes[lane] += lanes[lane + step] } }
    return lanes[0] - Float(offset)
  }

  @Test func `the order of arithmetic is the documented one, in every variant`() throws {
    for (d, k) in [(1, 1), (2, 3), (15, 2), (16, 4), (17, 5), (31, 1), (48, 7), (100, 16)] {
      let fit = try components(k, d, seed: UInt64(d))
      let matrix = makeRowsQuickly(11, d, seed: 4)
      let expected = (0..<11).flatMap { row in
        (0..<k).map { component in
          matrix.withRow(row) { byTheBook($0, fit, component: component) }
        }
      }
      for variant in 0..<projectionVariantCount {
        #expect(coordinates(matrix.elements.span, fit, variant: variant) == expected)
      }
      #expect(coordinates(matrix.elements.span, fit) == expected)
    }
  }

  @Test func `a row's coordinates do not depend on where it stands`() throws {
    let d = 37
    let fit = try components(6, d, seed: 9)
    let matrix = makeRowsQuickly(23, d, seed: 5)
    let together = coordinates(matrix.elements.span, fit)
    for row in 0..<23 {
      let alone = matrix.withRow(row) { coordinates($0, fit) }
      #expect(alone == Array(together[row * 6..<(row + 1) * 6]))
    }
    for start in 0..<9 {
      let part = matrix.elements.span.extracting(start * d..<23 * d)
      #expect(coordinates(part, fit) == Array(together[(start * 6)...]))
    }
    #expect(coordinates(matrix.elements.span.extracting(0..<0), fit) == [])
  }

  @Test func `all kinds of halves are widened exactly`() {
    // Every bit pattern there is, at an odd address, alone and in eights.
    for start in [0, 1] {
      var bytes = [UInt8](repeating: 0, count: start)
      for bits in 0...UInt16.max {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      }
      var floats = [Float](repeating: 0, count: 65_536)
      var span = floats.mutableSpan
      widenHalves(bytes.span.extracting(start..<bytes.count), into: &span)
      var single = [Float](repeating: 0, count: 1)
      for bits in 0...65_535 {
        let expected = Self.widened(UInt16(bits))
        #expect(floats[bits].bitPattern == expected || (floats[bits].isNaN && expected == nil))
        if bits % 97 == 0 {
          var one = single.mutableSpan
          let at = start + 2 * bits
          widenHalves(bytes.span.extracting(at..<at + 2), into: &one)
          #expect(single[0].bitPattern == floats[bits].bitPattern)
        }
      }
    }
  }

  /// The float's bits from the definition of the format; `nil` for a NaN.
  static func widened(_ bits: UInt16) -> UInt32? {
    let sign: FloatingPointSign = bits & 0x8000 == 0 ? .plus : .minus
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1_023)
    let magnitude: Float
    switch exponent {
    case 0: magnitude = fraction * 0x1p-24
    case 31:
      if fraction != 0 { return nil }
      magnitude = .infinity
    default:
      magnitude = Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1_024)
    }
    return (sign == .plus ? magnitude : -magnitude).bitPattern
  }

  @Test func `doubles are rounded to the nearest float`() {
    let values: [Double] = [0, -0.0, 1, 0.1, 1e300, -1e300, 1e-300, .infinity, 1 + 0x1p-24, .pi]
    var bytes: [UInt8] = [0]
    for value in values {
      for shift in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * shift)))
      }
    }
    var floats = [Float](repeating: 1, count: values.count)
    var span = floats.mutableSpan
    roundDoubles(bytes.span.extracting(1..<bytes.count), into: &span)
    #expect(floats.map(\.bitPattern) == values.map { Float($0).bitPattern })
  }

  @Test func `the library names its kernel and its version`() throws {
    try LinearAlgebraLibrary.open()
    #expect(!LinearAlgebraLibrary.coreName.isEmpty)
    #expect(LinearAlgebraLibrary.configuration.contains("OpenBLAS"))
  }
}

/// Rows without structure.
func makeRowsQuickly(_ rowCount: Int, _ dimension: Int, seed: UInt64) -> Matrix {
  var generator = Generator(state: seed)
  var matrix = Matrix(rowCount: rowCount, columnCount: dimension)
  for row in 0..<rowCount {
    for column in 0..<dimension { matrix[row, column] = Float(generator.normal()) }
  }
  return matrix
}
