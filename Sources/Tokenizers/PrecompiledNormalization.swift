/// The map of characters of a SentencePiece model, as `tokenizers` applies it.
///
/// The map is a trie of strings of bytes, four bytes that say how long it is before it, and behind it what each is
/// replaced by, ended by a zero. `tokenizers` looks each grapheme cluster up that has fewer than six bytes, and
/// takes for it what stands for the shortest string that it begins with; else the cluster's characters, each in
/// the same way. SentencePiece itself takes the longest string at each place, so the two differ at times.
struct PrecompiledNormalization: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]
  /// Whether each byte below 128 stays as it is.
  private let staysAlone: [Bool]

  /// Reads a map; `nil` for bytes that are none.
  ///
  /// - Parameter bytes: The map, as SentencePiece wrote it.
  init?(_ bytes: [UInt8]) {
    func number(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    guard bytes.count >= 4 else { return nil }
    let count = Int(number(0)) / 4
    guard count > 0, 4 + count * 4 <= bytes.count else { return nil }
    let units = (0..<count).map { number(4 + $0 * 4) }
    let replacements = Array(bytes[(4 + count * 4)...])
    guard String(validating: replacements, as: UTF8.self) != nil else { return nil }
    let bare = Self(units: units, replacements: replacements, staysAlone: [])
    self.init(
      units: units, replacements: replacements,
      // A line end of two characters is a cluster.
      staysAlone: (0..<128).map { byte in
        byte != 0x0D && bare.replacement(of: [UInt8(byte)].span) == nil
      })
  }

  private init(units: [UInt32], replacements: [UInt8], staysAlone: [Bool]) {
    self.units = units
    self.replacements = replacements
    self.staysAlone = staysAlone
  }

  /// What stands for the shortest string of the map that a text begins with; `nil` for none.
  private func replacement(of text: Span<UInt8>) -> Range<Int>? {
    func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
    var place = offset(units[0])
    for index in text.indices {
      let byte = text[index]
      if byte == 0 { return nil }
      place ^= Int(byte)
      guard place < units.count else { return nil }
      let unit = units[place]
      if unit & (1 << 31 | 0xFF) != UInt32(byte) { return nil }
      place ^= offset(unit)
      guard unit >> 8 & 1 == 1 else { continue }
      guard place < units.count else { return nil }
      let start = Int(units[place] & (1 << 31 - 1))
      // Beyond the end there is nothing, which only a broken map says.
      guard start < replacements.count else { return 0..<0 }
      return start..<(replacements[start...].firstIndex(of: 0) ?? replacements.count)
    }
    return nil
  }

  /// Whether a text is surely the same afterwards.
  func leavesAlone(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      let byte = text[index]
      if byte >= 0x80 || !staysAlone[Int(byte)] { return false }
    }
    return true
  }

  /// Appends the text as it is afterwards.
  func apply(to text: Span<UInt8>, into out: inout [UInt8]) {
    var place = 0
    while place < text.count {
      // Between two characters of ASCII a cluster ends, but for a line end of two.
      var end = place + 1
      while end < text.count,
        text[end] >= 0x80 || text[end - 1] >= 0x80 || (text[end - 1] == 0x0D && text[end] == 0x0A)
      {
        end += 1
      }
      if end == place + 1, text[place] < 0x80 {
        add(text.extracting(place..<end), to: &out)
      } else {
        addClusters(text.extracting(place..<end), to: &out)
      }
      place = end
    }
  }

  private func addClusters(_ text: Span<UInt8>, to out: inout [UInt8]) {
    var bytes: [UInt8] = []
    bytes.append(bytes: text)
    var place = 0
    for cluster in String(decoding: bytes, as: UTF8.self) {
      let count = cluster.utf8.count
      let part = Array(cluster.utf8)
      if count < 6, let found = replacement(of: part.span) {
        out += replacements[found]
      } else {
        for scalar in cluster.unicodeScalars {
          let own = Array(String(scalar).utf8)
          add(own.span, to: &out)
        }
      }
      place += count
    }
  }

  /// Appends a character, or what stands for it.
  private func add(_ character: Span<UInt8>, to out: inout [UInt8]) {
    if let found = replacement(of: character) {
      out += replacements[found]
    } else {
      out.append(bytes: character)
    }
  }
}

/// Bytes of text in base 64 (RFC 4648, with padding).
///
/// - Returns: `nil` for a text that is none.
func bytesOfBase64(_ text: String) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count.isMultiple(of: 4) else { return nil }
  let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
  var out: [UInt8] = []
  out.reserveCapacity(digits.count / 4 * 3)
  var held: UInt32 = 0
  for (place, digit) in digits.enumerated() {
    let value: UInt8
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): value = 62
    case UInt8(ascii: "/"): value = 63
    case UInt8(ascii: "=") where place >= digits.count - padding: value = 0
    default: return nil
    }
    held = held << 6 | UInt32(value)
    if place % 4 == 3 {
      for shift in [16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: held >> shift)) }
      held = 0
    }
  }
  out.removeLast(padding)
  return out
}
