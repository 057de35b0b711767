/// Pieces of text by number, in the order of their first appearance.
///
/// Number 0 is the empty piece, which stands for the end of an answer.
struct PieceTable: Sendable {
  /// The bytes of all pieces, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each piece ends.
  private(set) var ends: [Int] = [0]
  /// One and the number of a piece; 0 for a free place.
  private var slots: [UInt32] = [UInt32](repeating: 0, count: 1024)

  /// How many pieces there are.
  var count: Int { ends.count }

  /// The end of an answer.
  static let end: Int32 = 0

  init() {
    // The empty piece has its place like all others.
    slots[Int(Self.hash(bytes.span, 0, 0) & UInt64(slots.count - 1))] = 1
  }

  /// Where the bytes of a piece stand.
  func range(of piece: Int32) -> Range<Int> {
    (piece == 0 ? 0 : ends[Int(piece) - 1])..<ends[Int(piece)]
  }

  /// The number of a piece, a new one where it was not known.
  ///
  /// - Parameters:
  ///   - text: Where it stands.
  ///   - start: Its first place there.
  ///   - end: The place behind it.
  /// - Returns: At least 0.
  mutating func number(of text: Span<UInt8>, _ start: Int, _ end: Int) -> Int32 {
    let length = end - start
    let mask = slots.count - 1
    var place = Int(Self.hash(text, start, end) & UInt64(mask))
    while slots[place] != 0 {
      let known = Int(slots[place]) - 1
      let first = known == 0 ? 0 : ends[known - 1]
      if ends[known] - first == length {
        var same = 0
        while same < length, bytes[first + same] == text[start + same] { same += 1 }
        if same == length { return Int32(known) }
      }
      place = (place + 1) & mask
    }
    let number = ends.count
    precondition(number < Int32.max, "pieces are counted in 31 bits")
    slots[place] = UInt32(number) + 1
    for index in start..<end { bytes.append(text[index]) }
    ends.append(bytes.count)
    if ends.count * 2 > slots.count { grow() }
    return Int32(number)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for number in ends.indices {
      let range = range(of: Int32(number))
      var place = Int(Self.hash(bytes.span, range.lowerBound, range.upperBound) & UInt64(mask))
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(number) + 1
    }
  }

  private static func hash(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    // FNV-1a (Fowler, Noll and Vo), its high bits folded in, since few low ones are looked at.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in start..<end { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return hash ^ (hash >> 29)
  }
}
