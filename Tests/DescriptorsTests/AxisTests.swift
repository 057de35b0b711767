import Descriptors
import Glibc
import Numbers
import TestSupport
import Testing

/// An axis of a measure, for tests.
func axis(
  _ binning: AxisSpecification.Binning, bins: Int = 8, of values: [Double], single: Bool = false
) throws(DescriptorsError) -> Axis {
  try Axis(
    fitting: AxisSpecification(subject: .measure("m"), binCount: bins, binning: binning),
    to: values, isSinglePrecision: single)
}

/// How many values each bin holds.
func masses(_ axis: Axis, of values: [Double]) -> [Int] {
  var masses = [Int](repeating: 0, count: axis.binCount)
  for value in values { masses[axis.bin(of: value)] += 1 }
  return masses
}

@Suite struct AxisTests {
  static let cuts: [AxisSpecification.Binning] = [.uniform, .quantile, .log]

  /// Values with ties, runs and outliers, not negative.
  static func values(seed: Int, single: Bool = false) -> [Double] {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...300, using: &random)
    let levels = [1, 3, 10, 1000, 1_000_000].randomElement(using: &random) ?? 1
    return (0..<count).map { _ in
      let value = exp(6 * random.coarse(levels: levels)) - 1
      return single ? Double(Float(value)) : value
    }
  }

  @Test(arguments: cuts)
  func `no values cannot be cut`(binning: AxisSpecification.Binning) {
    #expect(throws: DescriptorsError.noValues(axis: "m")) { try axis(binning, of: []) }
    #expect(throws: DescriptorsError.noValues(axis: "m")) { try axis(binning, of: [.nan]) }
  }

  @Test(arguments: cuts)
  func `one value and a constant have one bin`(binning: AxisSpecification.Binning) throws {
    for values in [[0.1], [Double](repeating: 0.1, count: 50)] {
      let axis = try axis(binning, of: values)
      #expect(axis.binCount == 1)
      #expect(axis.edges == [])
      #expect(axis.clippedCount == 0)
      #expect(axis.bin(of: 0.1) == 0)
    }
  }

  @Test(arguments: 0..<40, cuts)
  func `the bin is the count of edges at or below the value`(
    seed: Int, binning: AxisSpecification.Binning
  ) throws {
    let values = Self.values(seed: seed)
    let axis = try axis(binning, bins: 1 + seed % 11, of: values)
    #expect(axis.edges.count < 1 + seed % 11)
    #expect(zip(axis.edges, axis.edges.dropFirst()).allSatisfy { $0 < $1 })
    let probes = values + axis.edges.flatMap { [$0.nextDown, $0, $0.nextUp] }
    for value in probes + [-1e300, 1e300] {
      #expect(axis.bin(of: value) == axis.edges.count { $0 <= value })
    }
  }

  @Test(arguments: 0..<40, cuts)
  func `the largest value has no bin of its own that its neighbours lack`(
    seed: Int, binning: AxisSpecification.Binning
  ) throws {
    let values = Self.values(seed: seed)
    let axis = try axis(binning, of: values)
    #expect(axis.binCount <= 8)
    let largest = try #require(values.max())
    #expect(axis.bin(of: largest) == axis.binCount - 1)
    #expect(axis.bin(of: .greatestFiniteMagnitude) == axis.bin(of: largest))
  }

  // MARK: Quantiles

  @Test func `quantiles of different values are equal to within one`() throws {
    for count in [8, 9, 15, 16, 17, 100, 1001] {
      let values = (0..<count).map { Double($0 * 7919 % count) + Double(count) }
      for bins in [1, 2, 3, 7, 8] {
        let masses = masses(try axis(.quantile, bins: bins, of: values), of: values)
        #expect(masses.count == bins)
        #expect((masses.max() ?? 0) - (masses.min() ?? 0) <= 1)
      }
    }
  }

  @Test func `fewer values than bins have a bin each`() throws {
    let axis = try axis(.quantile, bins: 8, of: [3, 1, 2])
    #expect(axis.edges == [2, 3])
  }

  @Test(arguments: 0..<60)
  func `quantile masses are equal to within a block of ties, and none is empty`(seed: Int) throws {
    let values = Self.values(seed: seed)
    let bins = 1 + seed % 9
    let axis = try axis(.quantile, bins: bins, of: values)
    let ties = Dictionary(grouping: values) { $0 }.values.map(\.count)
    let largest = try #require(ties.max())
    #expect(axis.edges.allSatisfy { values.contains($0) })
    for mass in masses(axis, of: values) {
      #expect(mass >= 1)
      #expect(mass <= values.count / bins + 1 + largest)
    }
    // Each wanted cut is at most half a run away from a cut that was made.
    let sorted = values.sorted()
    let made = [0, values.count] + axis.edges.map { edge in sorted.count { $0 < edge } }
    for number in 1..<max(bins, 1) {
      let wanted = number * values.count / bins
      #expect(made.contains { abs($0 - wanted) * 2 <= largest })
    }
  }

  @Test func `two values are two bins even where most are the smaller`() throws {
    let values = [Double](repeating: 0, count: 60) + [Double](repeating: 1, count: 40)
    #expect(try axis(.quantile, bins: 2, of: values).edges == [1])
    let rare = [Double](repeating: 0, count: 95) + [1, 2, 3, 4, 5]
    #expect(try axis(.quantile, bins: 8, of: rare).edges == [1])
    let mirrored = [Double](repeating: 1, count: 60) + [Double](repeating: 0, count: 40)
    #expect(try axis(.quantile, bins: 2, of: mirrored).edges == [1])
  }

  @Test func `zero and negative zero are one value`() throws {
    #expect(try axis(.quantile, bins: 2, of: [0.0, -0.0, 0.0, -0.0]).edges == [])
  }

  // MARK: Widths

  @Test func `uniform edges divide the range between the percentiles`() throws {
    let values = (0...100).map(Double.init)
    let axis = try axis(.uniform, bins: 7, of: values.reversed())
    #expect(axis.range == 1...99)
    #expect(axis.edges == [15, 29, 43, 57, 71, 85])
    #expect(axis.clippedCount == 2)
    #expect(masses(axis, of: values) == [15, 14, 14, 14, 14, 14, 16])
  }

  @Test(arguments: 0..<40, [AxisSpecification.Binning.uniform, .log])
  func `clipped are exactly those beyond the percentiles`(
    seed: Int, binning: AxisSpecification.Binning
  ) throws {
    let values = Self.values(seed: seed)
    let axis = try axis(binning, bins: 5, of: values + [.nan, .nan])
    let sorted = values.sorted()
    let range = percentile(1, ofSorted: sorted)...percentile(99, ofSorted: sorted)
    #expect(axis.range == range)
    #expect(axis.clippedCount == values.count { $0 < range.lowerBound || $0 > range.upperBound })
    #expect(axis.missingCount == 2)
    for value in values where value < range.lowerBound { #expect(axis.bin(of: value) == 0) }
    for value in values where value > range.upperBound {
      #expect(axis.bin(of: value) == axis.valueBinCount - 1)
    }
  }

  @Test func `outliers beyond coinciding percentiles are clipped into the one bin`() throws {
    let values = [-5] + [Double](repeating: 1, count: 500) + [9, 9]
    let axis = try axis(.uniform, of: values)
    #expect(axis.binCount == 1)
    #expect(axis.clippedCount == 3)
  }

  @Test func `quantiles and given edges clip nothing`() throws {
    let values = (0..<1000).map(Double.init)
    #expect(try axis(.quantile, of: values).clippedCount == 0)
    #expect(try axis(.quantile, of: values).range == nil)
    #expect(try axis(.edges([5, 7]), of: values).clippedCount == 0)
  }

  @Test func `log edges are equal steps of log(1 + x)`() throws {
    let values = (0...1000).map { Double($0 * $0) }
    let axis = try axis(.log, bins: 6, of: values)
    let low = log1p(try #require(axis.range).lowerBound)
    let high = log1p(try #require(axis.range).upperBound)
    #expect(axis.edges.count == 5)
    for (number, edge) in axis.edges.enumerated() {
      let expected = low + (high - low) * Double(number + 1) / 6
      #expect(abs(log1p(edge) - expected) < 1e-12)
    }
  }

  @Test func `a log axis takes what has a logarithm of 1 + x and refuses the rest`() throws {
    #expect(try axis(.log, bins: 2, of: [0, -0.0, 10]).edges.count == 1)
    #expect(try axis(.log, bins: 2, of: [-0.5, -0.999, 10]).edges.count == 1)
    for value in [-1, -3.5] {
      #expect(throws: DescriptorsError.tooSmallForLogAxis(axis: "m", value: value)) {
        try axis(.log, of: [3, value, 2])
      }
    }
  }

  @Test func `values too far apart to subtract still make finite edges`() throws {
    let far = Double.greatestFiniteMagnitude
    let axis = try axis(.uniform, bins: 4, of: [-far, far])
    #expect(axis.edges.count == 3)
    #expect(axis.edges.allSatisfy { $0.isFinite })
    #expect(axis.bin(of: 0) == 2)
  }

  // MARK: Given edges and precision

  @Test func `given edges stand as given, whatever the values`() throws {
    let axis = try axis(.edges([0.2, 0.4]), bins: 3, of: [7, 7, 7])
    #expect(axis.edges == [0.2, 0.4])
    #expect(masses(axis, of: [0.1, 0.2, 0.39, 0.4, 7]) == [1, 2, 2])
  }

  @Test func `given edges that descend are a mistake of the program`() async {
    await #expect(processExitsWith: .failure) { _ = try axis(.edges([2, 1]), of: [1]) }
    await #expect(processExitsWith: .failure) { _ = try axis(.edges([.infinity]), of: [1]) }
  }

  @Test func `an infinite value is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) { _ = try axis(.uniform, of: [1, .infinity]) }
  }

  @Test(arguments: 0..<40, cuts + [.edges([0.1, 0.2, 0.3, 0.7, 1.1, 2.3, 100])])
  func `what is printed in single precision compares as the values do`(
    seed: Int, binning: AxisSpecification.Binning
  ) throws {
    let values =
      Self.values(seed: seed, single: true)
      + [0.1, 0.2, 0.3, 0.7, 1.1].map {
        Double(Float($0))
      }
    let axis = try axis(binning, of: values, single: true)
    let printed = axis.edges.map { Float($0).description }
    let read = try printed.map { try #require(Double($0)) }
    for value in values {
      let shown = try #require(Double(Float(value).description))
      #expect(axis.bin(of: value) == read.count { $0 <= shown })
    }
  }

  @Test func `an edge no float comes near stays as given`() throws {
    let axis = try axis(.edges([1e-60, 1, 1e60]), of: [0], single: true)
    #expect(axis.edges == [1e-60, 1, 1e60])
    #expect(axis.bin(of: 0) == 0)
  }

  @Test func `given edges that are the same float are one`() throws {
    #expect(try axis(.edges([1, 1 + 1e-12, 2]), of: [1], single: true).edges == [1, 2])
    #expect(try axis(.edges([1, 1 + 1e-12, 2]), of: [1]).edges.count == 3)
  }

  // MARK: Missing values and labels

  @Test func `missing values have the bin after the last, if there are any`() throws {
    let with = try axis(.quantile, bins: 2, of: [1, .nan, 2])
    #expect(with.valueBinCount == 2)
    #expect(with.binCount == 3)
    #expect(with.bin(of: .nan) == 2)
    #expect(with.missingCount == 1)
    let without = try axis(.quantile, bins: 2, of: [1, 2])
    #expect(without.binCount == 2)
  }

  static let column = AxisSpecification(subject: .column("kind"), binCount: 8, binning: .category)

  @Test func `a category has a bin a label`() {
    let axis = Axis(category: Self.column, labels: ["a", "b", "z"], missingCount: 0)
    #expect(axis.binCount == 3)
    #expect((0..<3).map { axis.bin(of: Double($0)) } == [0, 1, 2])
    let missing = Axis(category: Self.column, labels: ["a"], missingCount: 4)
    #expect(missing.binCount == 2)
    #expect(missing.bin(of: .nan) == 1)
  }

  @Test func `a label that is none is a mistake and not a missing one`() async {
    await #expect(processExitsWith: .failure) {
      _ = Axis(category: Self.column, labels: ["a"], missingCount: 1).bin(of: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Axis(category: Self.column, labels: ["a"], missingCount: 1).bin(of: -1)
    }
  }

  @Test(arguments: 0..<30)
  func `an axis over floats is that over the same doubles`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let values = (0..<[1, 5, 300][seed % 3]).map { _ -> Float in
      Int.random(in: 0..<12, using: &random) == 0 && seed % 2 == 1
        ? .nan
        : seed % 5 == 0
          ? Float(Int.random(in: 0..<4, using: &random))
          : Float.random(in: -0.9...1e4, using: &random)
    }
    let doubles = values.map { Double($0) }
    for binning in [.uniform, .quantile, .log, .edges([-1, 2, 50])]
      as [AxisSpecification.Binning]
    {
      let specification = AxisSpecification(
        subject: .measure("m"), binCount: 5, binning: binning)
      let expected = try? Axis(fitting: specification, to: doubles, isSinglePrecision: true)
      let found = try? Axis(fitting: specification, to: values)
      #expect(found?.edges == expected?.edges)
      #expect(found?.range == expected?.range)
      #expect(found?.clippedCount == expected?.clippedCount)
      #expect(found?.missingCount == expected?.missingCount)
      #expect(found?.bins(of: values) == expected?.bins(of: doubles))
      #expect((found == nil) == doubles.allSatisfy(\.isNaN))
    }
  }
}
