/// What is done to a text before it is cut into words.
enum Normalizer: Sendable {
  case unicode(UnicodeNormalization)
  case lowercase(CharacterMapping)
  case stripAccents
  /// `BertNormalizer`, whose accents are taken off after a decomposition.
  case bert(
    cleans: Bool, spacesIdeographs: Bool, accents: UnicodeNormalization?,
    lowercase: CharacterMapping?)
  case prepend([UInt8])
  case replace([UInt8], [UInt8])
  /// Two spaces and more in a row become a string.
  case joinSpaces([UInt8])
  /// What SentencePiece does for machine translation: control characters go, blanks become spaces.
  case nmt
  case precompiled(PrecompiledNormalization)
  case strip(left: Bool, right: Bool)

  /// Whether a text is surely the same afterwards.
  ///
  /// - Parameters:
  ///   - text: Not empty.
  ///   - table: `UnicodeTables.classes`.
  /// - Returns: `false` where it may change.
  func leavesAlone(_ text: Span<UInt8>, _ table: Span<UInt16>) -> Bool {
    switch self {
    case .unicode(let normalization): return !normalization.mayChange(text)
    case .stripAccents:
      for index in text.indices where text[index] >= 0x80 { return false }
      return true
    case .replace(let pattern, _):
      return pattern.isEmpty || Self.find(pattern, in: text, from: 0) == nil
    case .joinSpaces: return Self.find([0x20, 0x20], in: text, from: 0) == nil
    case .precompiled(let map): return map.leavesAlone(text)
    default: return false
    }
  }

  /// Puts the text as it is afterwards in `out`, which is emptied first.
  func apply(to text: Span<UInt8>, _ table: Span<UInt16>, into out: inout [UInt8]) {
    out.removeAll(keepingCapacity: true)
    switch self {
    case .unicode(let normalization):
      var scalars = Self.scalars(text)
      normalization.apply(to: &scalars)
      for scalar in scalars { out.append(scalar: scalar) }
    case .lowercase(let mapping): Self.lowercase(Self.scalars(text), mapping, into: &out)
    case .stripAccents:
      for scalar in Self.scalars(text)
      where !CharacterClass(rawValue: table[Int(scalar)]).contains(.accent) {
        out.append(scalar: scalar)
      }
    case .bert(let cleans, let spacesIdeographs, let accents, let mapping):
      var scalars: [UInt32] = []
      scalars.reserveCapacity(text.count)
      var isASCII = true
      var place = 0
      while place < text.count {
        let character = DecodedCharacter(text, at: place, table)
        place = character.end
        if character.scalar >= 0x80 { isASCII = false }
        if cleans, character.classes.contains(.dropped) { continue }
        let space = UInt32(UInt8(ascii: " "))
        if cleans, character.classes.contains(.space) {
          scalars.append(space)
        } else if spacesIdeographs, character.classes.contains(.ideograph) {
          scalars += [space, character.scalar, space]
        } else {
          scalars.append(character.scalar)
        }
      }
      if let accents, !isASCII {
        accents.apply(to: &scalars)
        scalars.removeAll {
          CharacterClass(rawValue: table[Int($0)]).contains(.nonspacing)
        }
      }
      if let mapping {
        Self.lowercase(scalars, mapping, into: &out)
      } else {
        for scalar in scalars { out.append(scalar: scalar) }
      }
    case .prepend(let start):
      if text.isEmpty { return }
      out += start
      out.append(bytes: text)
    case .replace(let pattern, let replacement):
      var place = 0
      while let found = Self.find(pattern, in: text, from: place) {
        out.append(bytes: text.extracting(place..<found))
        out += replacement
        place = found + pattern.count
      }
      out.append(bytes: text.extracting(place..<text.count))
    case .joinSpaces(let replacement):
      var place = 0
      while let found = Self.find([0x20, 0x20], in: text, from: place) {
        out.append(bytes: text.extracting(place..<found))
        out += replacement
        place = found
        while place < text.count, text[place] == 0x20 { place += 1 }
      }
      out.append(bytes: text.extracting(place..<text.count))
    case .nmt:
      for scalar in Self.scalars(text) {
        switch scalar {
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: continue
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF,
          0xFFFD:
          out.append(UInt8(ascii: " "))
        default: out.append(scalar: scalar)
        }
      }
    case .precompiled(let map): map.apply(to: text, into: &out)
    case .strip(let left, let right):
      var start = 0
      var end = text.count
      if left { start = PatternScan.run(text, 0, table, of: .space) }
      if right {
        end = start
        var place = start
        while place < text.count {
          let character = DecodedCharacter(text, at: place, table)
          place = character.end
          if !character.classes.contains(.space) { end = place }
        }
      }
      out.append(bytes: text.extracting(start..<end))
    }
  }

  private static func scalars(_ text: Span<UInt8>) -> [UInt32] {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte < 0x80 {
        scalars.append(UInt32(byte))
        place += 1
      } else {
        let (scalar, end) = DecodedCharacter.decode(text, at: place, first: byte)
        scalars.append(scalar)
        place = end
      }
    }
    return scalars
  }

  private static func lowercase(
    _ scalars: [UInt32], _ mapping: CharacterMapping, into out: inout [UInt8]
  ) {
    for scalar in scalars {
      if scalar < 0x80 {
        let byte = UInt8(scalar)
        out.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      } else if let mapped = mapping[scalar] {
        for part in mapped { out.append(scalar: part) }
      } else {
        out.append(scalar: scalar)
      }
    }
  }

  /// Where a string, not empty, is next found.
  static func find(_ pattern: [UInt8], in text: Span<UInt8>, from start: Int) -> Int? {
    let pattern = pattern.span
    var place = start
    while place + pattern.count <= text.count {
      if text[place] == pattern[0] {
        var index = 1
        while index < pattern.count, text[place + index] == pattern[index] { index += 1 }
        if index == pattern.count { return place }
      }
      place += 1
    }
    return nil
  }
}
