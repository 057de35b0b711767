/// Normalization to one of the four forms of Unicode (Standard Annex 15).
struct UnicodeNormalization: Sendable {
  /// What is done.
  enum Form: Sendable { case nfc, nfd, nfkc, nfkd }

  private let composes: Bool
  private let decompositions: CharacterMapping
  /// The combining class of each character, up to the last that has one.
  private let combining: [UInt8]
  /// What a pair composes to, by first << 32 | second.
  private let pairs: [UInt64: UInt32]
  /// For each character, whether a text with it may change.
  private let mayChange: [Bool]

  private static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  private static let leads: Range<UInt32> = 0x1100..<0x1113
  private static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// The first number stands for no trailing consonant.
  private static let trails: Range<UInt32> = 0x11A7..<0x11C3

  init(_ form: Form) {
    composes = form == .nfc || form == .nfkc
    switch form {
    case .nfc, .nfd: decompositions = CharacterMapping(GeneratedUnicodeTables.canonical)
    case .nfkc, .nfkd:
      decompositions = CharacterMapping(
        GeneratedUnicodeTables.canonical, GeneratedUnicodeTables.compatible)
    }
    var combining: [UInt8] = []
    UnicodeTables.forEachRun(GeneratedUnicodeTables.combining) { range, value in
      combining.append(contentsOf: repeatElement(0, count: range.upperBound - combining.count))
      for scalar in range { combining[scalar] = UInt8(value) }
    }
    self.combining = combining
    var pairs: [UInt64: UInt32] = [:]
    var mayChange = [Bool](repeating: false, count: 0x30000)
    for (scalar, value) in combining.enumerated() where value > 0 { mayChange[scalar] = true }
    if composes {
      UnicodeTables.forEachMapping(GeneratedUnicodeTables.pairs) { key, pair in
        let (first, second) = (pair[pair.startIndex], pair[pair.startIndex + 1])
        pairs[UInt64(first) << 32 | UInt64(second)] = UInt32(key)
        mayChange[second] = true
      }
      for scalar in Self.vowels { mayChange[Int(scalar)] = true }
      for scalar in Self.trails { mayChange[Int(scalar)] = true }
    } else {
      for scalar in Self.syllables { mayChange[Int(scalar)] = true }
    }
    let composed = Set(pairs.values)
    for scalar in mayChange.indices where decompositions[UInt32(scalar)] != nil {
      // What composes again stays as it is, unless something joins it.
      if !composed.contains(UInt32(scalar)) { mayChange[scalar] = true }
    }
    if form == .nfkc {
      UnicodeTables.forEachMapping(GeneratedUnicodeTables.compatible) { key, _ in
        mayChange[key] = true
      }
    }
    self.pairs = pairs
    self.mayChange = mayChange
  }

  /// Whether a text may be something else after it.
  func mayChange(_ text: Span<UInt8>) -> Bool {
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte < 0x80 {
        place += 1
        continue
      }
      let (scalar, end) = DecodedCharacter.decode(text, at: place, first: byte)
      if scalar < mayChange.count, mayChange[Int(scalar)] { return true }
      place = end
    }
    return false
  }

  /// Normalizes characters where they stand.
  func apply(to scalars: inout [UInt32]) {
    var out: [UInt32] = []
    out.reserveCapacity(scalars.count + scalars.count / 4)
    for scalar in scalars { decompose(scalar, into: &out) }
    order(&out)
    if composes { compose(&out) }
    scalars = out
  }

  private func combiningClass(_ scalar: UInt32) -> UInt8 {
    scalar < combining.count ? combining[Int(scalar)] : 0
  }

  private func decompose(_ scalar: UInt32, into out: inout [UInt32]) {
    if scalar < 0x80 {
      out.append(scalar)
    } else if Self.syllables.contains(scalar) {
      let number = scalar - Self.syllables.lowerBound
      let trailCount = UInt32(Self.trails.count)
      out.append(Self.leads.lowerBound + number / (21 * trailCount))
      out.append(Self.vowels.lowerBound + number % (21 * trailCount) / trailCount)
      if number % trailCount > 0 { out.append(Self.trails.lowerBound + number % trailCount) }
    } else if let parts = decompositions[scalar] {
      out.append(contentsOf: parts)
    } else {
      out.append(scalar)
    }
  }

  /// Sorts every run of combining characters by class, equal ones as they stand.
  private func order(_ scalars: inout [UInt32]) {
    for place in scalars.indices.dropFirst() {
      let own = combiningClass(scalars[place])
      if own == 0 { continue }
      var target = place
      while target > 0, combiningClass(scalars[target - 1]) > own {
        scalars.swapAt(target, target - 1)
        target -= 1
      }
    }
  }

  private func compose(_ scalars: inout [UInt32]) {
    var out: [UInt32] = []
    out.reserveCapacity(scalars.count)
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let own = combiningClass(scalar)
      if let place = starter {
        // Blocked where something of the same or a higher class stands between.
        let isNext = place == out.count - 1
        if isNext || (lastClass < own && lastClass > 0) || (lastClass == 0 && isNext),
          let whole = composition(out[place], scalar)
        {
          out[place] = whole
          continue
        }
      }
      if own == 0 { starter = out.count }
      lastClass = own
      out.append(scalar)
    }
    scalars = out
  }

  private func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if Self.leads.contains(first), Self.vowels.contains(second) {
      let pair = (first - Self.leads.lowerBound) * 21 + second - Self.vowels.lowerBound
      return Self.syllables.lowerBound + pair * UInt32(Self.trails.count)
    }
    if Self.syllables.contains(first), Self.trails.dropFirst().contains(second),
      (first - Self.syllables.lowerBound) % UInt32(Self.trails.count) == 0
    {
      return first + second - Self.trails.lowerBound
    }
    return pairs[UInt64(first) << 32 | UInt64(second)]
  }
}
