/// A seeded stream of random numbers: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014, doi:10.1145/2660193.2660195).
///
/// Every decision about a row has a stream of its own, keyed by the seed, the row and a purpose,
/// so that changing how one thing is drawn leaves the others as they were.
struct Dice {
  /// What a stream decides.
  enum Purpose: UInt64 {
    case plan = 1
    case twin
    case task
    case facts
    case prompt
    case source
    case answer
    case judge
    case twist
    case elsewhere
  }

  private var state: UInt64

  /// A stream for one purpose of one row.
  init(seed: UInt64, row: Int, purpose: Purpose) {
    var key = Dice.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = Dice.mixed(key ^ (UInt64(bitPattern: Int64(row)) &* 0xD1B5_4A32_D192_ED03))
    state = Dice.mixed(key &+ purpose.rawValue &* 0x8CB9_2BA7_2F3D_8DD7)
  }

  /// SplitMix64's output function, a bijection of 64-bit words.
  static func mixed(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Dice.mixed(state)
  }

  /// A number in `0..<bound`; the bias is below `bound / 2⁶⁴`.
  ///
  /// - Precondition: `bound` is positive.
  mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there must be something to choose from")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number in `range`, both ends included.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True in `permille` of a thousand draws.
  mutating func chance(permille: Int) -> Bool {
    below(1000) < permille
  }

  /// One element, all equally likely.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// The index of one weight, drawn in proportion to the weights.
  mutating func index(weights: [Int]) -> Int {
    var rest = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if rest < weight { return index }
      rest -= weight
    }
    return weights.count - 1
  }

  /// The elements in a random order.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(index, below(index + 1))
    }
    return result
  }

  /// `count` elements at distinct places, in random order.
  ///
  /// - Precondition: there are at least `count` elements.
  mutating func sample<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    precondition(count <= elements.count, "there must be enough elements to sample from")
    var indices = Array(elements.indices)
    var result: [Element] = []
    result.reserveCapacity(count)
    for place in 0..<count {
      let other = place + below(indices.count - place)
      indices.swapAt(place, other)
      result.append(elements[indices[place]])
    }
    return result
  }

  /// A number in `0..<1` with 53 random bits.
  mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A draw of mean 0 and variance 1: the sum of twelve uniform draws less six, which needs no
  /// library function and is the same on every machine.
  mutating func bell() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += fraction() }
    return sum
  }
}
