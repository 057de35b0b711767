/// The few words that the counts know by name, by hash.
struct MarkerWords: Sendable {
  /// Words that state a requirement or a step of reasoning.
  ///
  /// Most of them bind an answer to a form or a bound; the last six (`total` to `per`) are the
  /// language of arithmetic problems and were added after looking at one such data set. Without them
  /// the correlation of complexity with difficulty changes by at most 0.014 on either set. English
  /// only: in other languages this count is 0.
  static let constraints = """
    must only least most exactly without format json step steps table words sentences limit maximum \
    minimum avoid include ensure should between following each every not more than within total \
    remaining twice half times per
    """

  /// Pairs of words in a row that open a refusal or a remark on being a model.
  ///
  /// English and Chinese only. A pair is enough, so an honest apology is counted too.
  static let refusals: [(String, String)] = [
    ("an", "ai"), ("language", "model"), ("i'm", "sorry"), ("am", "sorry"), ("i", "apologize"),
    ("i", "apologise"), ("i", "cannot"), ("i", "can't"), ("i'm", "unable"), ("am", "unable"),
    ("抱", "歉"),
  ]

  /// Refusals are looked for among this many first words of a part: later they are quotations.
  static let refusalWindow = 60

  /// One bit for 12 bits of the hash of each constraint and of each second word of a refusal, which
  /// turns nearly all words away at once.
  let filter: [UInt64]
  /// The hashes of the constraints, each at the place that its upper bits name or the next free one; 0 is none.
  private let constraintTable: [UInt32]
  /// First word's hash in the high half, second word's in the low.
  private let refusalPairs: [UInt64]

  /// Builds the tables; every meter has its own, so that threads share no reference count.
  init() {
    var filter = [UInt64](repeating: 0, count: WordMemory.seenWordCount)
    func admit(_ hash: UInt32) {
      filter[WordMemory.seenIndex(hash)] |= WordMemory.seenBit(hash)
    }
    let constraintHashes = Self.constraints.split(separator: " ").map { Self.hash(of: String($0)) }
    refusalPairs = Self.refusals.map { first, second in
      UInt64(Self.hash(of: first)) << 32 | UInt64(Self.hash(of: second))
    }
    for hash in constraintHashes { admit(hash) }
    for pair in refusalPairs { admit(UInt32(truncatingIfNeeded: pair)) }
    self.filter = filter
    precondition(
      constraintHashes.count < Self.placeCount, "a place stays free, where a search ends")
    var table = [UInt32](repeating: 0, count: Self.placeCount)
    for hash in constraintHashes {
      var place = Self.place(of: hash)
      while table[place] != 0 { place = Self.place(behind: place) }
      table[place] = hash
    }
    constraintTable = table
  }

  /// Whether a word is one of `constraints`.
  @inline(__always)
  func isConstraint(_ hash: UInt32) -> Bool {
    var place = Self.place(of: hash)
    while constraintTable[place] != 0 {
      if constraintTable[place] == hash { return true }
      place = Self.place(behind: place)
    }
    return false
  }

  /// Several times as many as there are constraints, so that most are found at once.
  private static let placeCount = 128

  private static func place(of hash: UInt32) -> Int { Int(hash >> 25) }

  private static func place(behind place: Int) -> Int { (place &+ 1) % placeCount }

  /// Whether two words in a row are one of `refusals`.
  func isRefusal(_ first: UInt32, _ second: UInt32) -> Bool {
    refusalPairs.contains(UInt64(first) << 32 | UInt64(second))
  }

  /// The hash that the walk finds for a word.
  private static func hash(of word: String) -> UInt32 {
    let bytes = Array(word.utf8)
    var walk = TextWalk(after: TextCounts())
    var hashes: [UInt32] = [0]
    var memory = WordMemory()
    var hashCount = 0
    walk.walk(
      bytes.span, classes: CharacterClasses.ofByte, memory: &memory, remembers: false, markers: nil,
      echo: WordMemory().fourGrams, hashes: &hashes, hashCount: &hashCount)
    return hashes[0]
  }
}
