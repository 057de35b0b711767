/// One pass over the bytes of one part of a sample.
///
/// The walk goes word by word rather than byte by byte: letters are found, lowered and hashed eight
/// at a time, digits and signs one by one.
/// It counts into itself, going on from the counts of the parts before.
struct TextWalk {
  /// What was counted so far.
  var counts: TextCounts
  /// What the price of the next character depends on.
  var context = TokenContext.start
  /// The first byte of the character before.
  var last: UInt8 = 10
  /// The first byte of the character before that one.
  var secondLast: UInt8 = 10
  /// The first byte of the last character that is not space.
  var lastVisible: UInt8 = 10
  /// Characters in this line that are not space.
  var visibleInLine = 0
  /// How many more bytes than characters were passed.
  var continuationBytes = 0
  private var spacesInRow = 0
  private var hasLine = false
  private var inGap = false

  /// Begins a part.
  ///
  /// - Parameter counts: What the parts before it had.
  init(after counts: TextCounts) { self.counts = counts }

  /// Walks the whole part.
  ///
  /// - Parameters:
  ///   - text: Its bytes; UTF-8, though any bytes are safe.
  ///   - classes: What each sign means besides: `CharacterClasses.ofByte`.
  ///   - memory: What is remembered of the words on this side.
  ///   - remembers: Whether anything is.
  ///   - markers: The words known by name; without them none is looked for.
  ///   - echo: The runs of four words of the other side.
  ///   - hashes: Receives the hashes of the words, as they come, from `hashCount` on until it is full.
  ///   - hashCount: How many hashes there are.
  /// - Complexity: O(bytes), without allocation.
  mutating func walk(
    _ text: Span<UInt8>, classes: [UInt8], memory: inout WordMemory, remembers: Bool,
    markers: MarkerWords?, echo: [UInt32], hashes: inout [UInt32], hashCount: inout Int
  ) {
    walk(
      text, classes: classes, seen: &memory.seen, fourGrams: &memory.fourGrams,
      remembers: remembers, markers: markers, echo: echo, hashes: &hashes, hashCount: &hashCount)
  }

  private mutating func walk(
    _ text: Span<UInt8>, classes: [UInt8], seen: inout [UInt64], fourGrams: inout [UInt32],
    remembers: Bool, markers: MarkerWords?, echo: [UInt32], hashes: inout [UInt32],
    hashCount: inout Int
  ) {
    let classes = classes.span
    let filter = markers?.filter ?? Self.emptyFilter
    let admitted = filter.span
    let echoed = echo.span
    var seen = seen.mutableSpan
    var fourGrams = fourGrams.mutableSpan
    var room = hashes.mutableSpan
    var run = WordRun()
    let end = text.count
    // In a register: the count itself would be stored at every word.
    var place = hashCount
    var index = 0
    while index < end {
      let byte = text[index]
      let hash: UInt32
      // Compared rather than looked up: a branch that was guessed wrong is known sooner.
      if CharacterClasses.isLetter(byte) {
        hash = takeWord(in: text, at: &index)
      } else if CharacterClasses.isDigit(byte) {
        hash = takeNumber(in: text, at: &index)
      } else if byte >= 0x80 {
        let wide = WideCharacter(lead: byte, next: Self.byte(of: text, at: index &+ 1))
        switch wide.role {
        case .letter:
          hash = takeWord(in: text, at: &index)
        case .ideograph:
          hash = takeIdeograph(wide, in: text, at: &index)
        case .sign:
          takeWideSign(wide, in: text, at: &index)
          continue
        }
      } else if byte > 0x20 {
        let next = Self.byte(of: text, at: index &+ 1)
        takePunctuation(byte, classes[Int(byte)], next: next)
        index &+= 1
        if next == 0x20 { takeFirstSpace(at: &index) }
        continue
      } else {
        if byte == 10 { takeLineFeed() } else { takeSpace(byte) }
        index &+= 1
        continue
      }
      let marked = run.note(
        hash, in: &counts, seen: &seen, fourGrams: &fourGrams, remembers: remembers,
        filter: admitted, echo: echoed)
      if let marked, let markers { take(marked, markers) }
      if place < room.count {
        room[place] = hash
        place &+= 1
      }
      // Most words are followed by one space.
      if index < end, text[index] == 0x20 { takeFirstSpace(at: &index) }
    }
    if visibleInLine > 0 { counts.lines &+= 1 }
    counts.bytes &+= end
    counts.characters &+= end &- continuationBytes
    counts.lastByte = lastVisible
    hashCount = place
  }

  private static let emptyFilter = [UInt64](repeating: 0, count: WordMemory.seenWordCount)

  /// The byte at an index, or a line feed past the end.
  @inline(__always)
  static func byte(of text: Span<UInt8>, at index: Int) -> UInt8 {
    index < text.count ? text[index] : 10
  }

  /// Moves on by one visible character.
  @inline(__always)
  mutating func advance(over byte: UInt8) {
    visibleInLine &+= 1
    lastVisible = byte
    secondLast = last
    last = byte
  }

  @inline(never)
  private mutating func take(_ word: MarkedWord, _ markers: MarkerWords) {
    if markers.isConstraint(word.hash) { counts.constraints &+= 1 }
    if word.isEarly && markers.isRefusal(word.previous, word.hash) { counts.refusals &+= 1 }
  }

  /// Takes a space, tab or other control character; a carriage return is priced as a line end.
  @inline(__always)
  private mutating func takeSpace(_ byte: UInt8) {
    if byte == 13 {
      priceLineEnd()
    } else {
      spacesInRow = context == .space ? spacesInRow &+ 1 : 1
      counts.tokenUnits &+= spacesInRow == 2 ? TokenEstimate.secondSpace : 0
      context = .space
    }
    secondLast = last
    last = byte
  }

  /// Takes a space behind something visible.
  @inline(__always)
  private mutating func takeFirstSpace(at index: inout Int) {
    spacesInRow = 1
    context = .space
    secondLast = last
    last = 0x20
    index &+= 1
  }

  @inline(__always)
  private mutating func takeLineFeed() {
    priceLineEnd()
    if visibleInLine > 0 {
      counts.lines &+= 1
      hasLine = true
      inGap = false
    } else if hasLine && !inGap {
      counts.paragraphGaps &+= 1
      inGap = true
    }
    visibleInLine = 0
    secondLast = last
    last = 10
  }

  @inline(__always)
  private mutating func priceLineEnd() {
    if context != .lineEnd && context != .punctuation {
      counts.tokenUnits &+= TokenEstimate.lineEnd
    }
    context = .lineEnd
  }
}
