/// Counts the tokens of one text after the other, and remembers words.
///
/// A counter belongs to one thread. Its memory is bounded, about 3 MB; what it remembers changes no count.
public struct TokenCounter: Sendable {
  private let tokenizer: Tokenizer
  /// Counts in the tokenizer's place, if it is there.
  private let sentencePiece: SentencePieceModel?
  /// How many texts were not encoded, and count nothing.
  public private(set) var failedCount = 0
  private let tables = UnicodeTables.shared
  private var cache = WordCache()
  private var scratch = BytePairModel.Scratch()
  private var ways = UnigramModel.Scratch()
  /// Memory for texts that are rewritten, and for lists of pieces, one a step.
  private var texts: [[UInt8]] = []
  private var pieces: [[PreTokenizer.Piece]] = []
  private var normalized: [UInt8] = []
  private var normalizing: [UInt8] = []

  /// - Parameter tokenizer: What to count by.
  public init(_ tokenizer: Tokenizer) {
    self.init(tokenizer, nil)
  }

  /// - Parameter model: What to count by.
  public init(_ model: TokenModel) {
    switch model {
    case .tokenizer(let tokenizer): self.init(tokenizer, nil)
    case .sentencePiece(let model): self.init(.none, model)
    }
  }

  private init(_ tokenizer: Tokenizer, _ sentencePiece: SentencePieceModel?) {
    self.tokenizer = tokenizer
    self.sentencePiece = sentencePiece
    texts = tokenizer.preTokenizers.map { _ in [] }
    pieces = tokenizer.preTokenizers.map { _ in [] }
  }

  /// How many tokens a text has.
  ///
  /// - Parameter text: UTF-8; a byte that is none counts as U+FFFD or as itself.
  /// - Returns: The number, 0 for no text; without what a template adds.
  /// - Complexity: O(bytes) where words are short, O(bytes · log bytes) where they are not.
  public mutating func count(_ text: Span<UInt8>) -> Int {
    if text.isEmpty { return 0 }
    if let sentencePiece { return count(text, by: sentencePiece) }
    let classes = tables.classes
    let table = classes.span
    let added = tokenizer.addedTokens
    if added.isEmpty { return countSegment(text, isFirst: true, table) }
    var total = 0
    var from = 0
    var place = 0
    while let match = added.next(in: text, at: place, from: from, table) {
      if from < match.range.lowerBound {
        total += countSegment(
          text.extracting(from..<match.range.lowerBound), isFirst: from == 0, table)
      }
      total += 1
      from = match.range.upperBound
      place = match.searchEnd
    }
    if from < text.count {
      total += countSegment(text.extracting(from..<text.count), isFirst: from == 0, table)
    }
    return total
  }

  /// Counts by SentencePiece, which is asked once for each of the parts that last came.
  private mutating func count(_ text: Span<UInt8>, by model: SentencePieceModel) -> Int {
    guard let spaces = model.spaces else {
      guard let count = model.count(text) else {
        failedCount += 1
        return 0
      }
      return count
    }
    var total = 0
    var isEncoded = true
    spaces.forEachPart(of: text) { range in
      let isShort = WordCache.isShort(range.count)
      let part = text.extracting(range)
      let known =
        isShort ? cache.count(of: WordCache.Key(text, range)) : cache.count(ofLong: part)
      if let known {
        total += known
      } else if let count = spaces.pairs?.count(
        part, addsPrefix: spaces.addsPrefix, &normalized, &scratch) ?? model.count(part)
      {
        if isShort {
          cache.set(WordCache.Key(text, range), count: count)
        } else {
          cache.set(long: part, count: count)
        }
        total += count
      } else {
        isEncoded = false
      }
    }
    if isEncoded { return total }
    failedCount += 1
    return 0
  }

  /// Counts what stands between added tokens.
  private mutating func countSegment(
    _ text: Span<UInt8>, isFirst: Bool, _ table: Span<UInt16>
  ) -> Int {
    var isChanged = false
    var current = normalized
    var other = normalizing
    normalized = []
    normalizing = []
    defer {
      normalized = current
      normalizing = other
    }
    for normalizer in tokenizer.normalizers {
      if isChanged {
        if current.isEmpty { break }
        if normalizer.leavesAlone(current.span, table) { continue }
        normalizer.apply(to: current.span, table, into: &other)
        swap(&current, &other)
      } else if !normalizer.leavesAlone(text, table) {
        normalizer.apply(to: text, table, into: &current)
        isChanged = true
      }
    }
    return isChanged
      ? countNormalized(current.span, isFirst: isFirst, table)
      : countNormalized(text, isFirst: isFirst, table)
  }

  private mutating func countNormalized(
    _ text: Span<UInt8>, isFirst: Bool, _ table: Span<UInt16>
  ) -> Int {
    let added = tokenizer.addedNormalizedTokens
    if added.isEmpty { return countWords(text, step: 0, isFirst: isFirst, table) }
    var total = 0
    var from = 0
    var place = 0
    while let match = added.next(in: text, at: place, from: from, table) {
      if from < match.range.lowerBound {
        total += countWords(
          text.extracting(from..<match.range.lowerBound), step: 0, isFirst: isFirst && from == 0,
          table)
      }
      total += 1
      from = match.range.upperBound
      place = match.searchEnd
    }
    if from < text.count {
      total += countWords(
        text.extracting(from..<text.count), step: 0, isFirst: isFirst && from == 0, table)
    }
    return total
  }

  /// Counts a piece that the steps before a certain one made.
  private mutating func countWords(
    _ text: Span<UInt8>, step: Int, isFirst: Bool, _ table: Span<UInt16>
  ) -> Int {
    if text.isEmpty { return 0 }
    guard step < tokenizer.preTokenizers.count else { return countWord(text, 0..<text.count) }
    let preTokenizer = tokenizer.preTokenizers[step]
    let isLast = step + 1 == tokenizer.preTokenizers.count
    var total = 0
    switch preTokenizer {
    case .split(.pattern(let pattern), .isolated, _):
      var place = 0
      var gap = 0
      while place < text.count {
        guard let end = pattern.match(text, at: place, table) else {
          place = DecodedCharacter(text, at: place, table).end
          continue
        }
        if gap < place {
          total += countWords(
            text.extracting(gap..<place), step: step + 1, isFirst: isFirst && gap == 0, table)
        }
        if isLast {
          total += countWord(text, place..<end)
        } else {
          total += countWords(
            text.extracting(place..<end), step: step + 1, isFirst: isFirst && place == 0, table)
        }
        place = end
        gap = end
      }
      if gap < text.count {
        total += countWords(
          text.extracting(gap..<text.count), step: step + 1, isFirst: isFirst && gap == 0, table)
      }
    case .split(let matcher, let behavior, let inverted):
      var found = pieces[step]
      pieces[step] = []
      found.removeAll(keepingCapacity: true)
      PreTokenizer.cut(text, by: matcher, behavior, inverted: inverted, table, into: &found)
      for piece in found {
        total += countWords(
          text.extracting(piece.range), step: step + 1,
          isFirst: isFirst && piece.range.lowerBound == 0, table)
      }
      pieces[step] = found
    case .prefixSpace:
      if text[0] == UInt8(ascii: " ") {
        return countWords(text, step: step + 1, isFirst: isFirst, table)
      }
      var rewritten = texts[step]
      texts[step] = []
      rewritten.removeAll(keepingCapacity: true)
      rewritten.append(UInt8(ascii: " "))
      rewritten.append(bytes: text)
      total = countWords(rewritten.span, step: step + 1, isFirst: isFirst, table)
      texts[step] = rewritten
    case .metaspace(let replacement, let prepends, let splits):
      var rewritten = texts[step]
      texts[step] = []
      rewritten.removeAll(keepingCapacity: true)
      let hasSign = Normalizer.starts(text, with: replacement) || text[0] == UInt8(ascii: " ")
      if !hasSign, prepends == .always || (prepends == .first && isFirst) {
        rewritten += replacement
      }
      for index in text.indices {
        let byte = text[index]
        if byte == UInt8(ascii: " ") { rewritten += replacement } else { rewritten.append(byte) }
      }
      if splits {
        var found = pieces[step]
        pieces[step] = []
        found.removeAll(keepingCapacity: true)
        PreTokenizer.cut(
          rewritten.span, by: .literal(replacement), .mergedWithNext, inverted: false, table,
          into: &found)
        for piece in found {
          total += countWords(
            rewritten.span.extracting(piece.range), step: step + 1,
            isFirst: isFirst && piece.range.lowerBound == 0, table)
        }
        pieces[step] = found
      } else {
        total = countWords(rewritten.span, step: step + 1, isFirst: isFirst, table)
      }
      texts[step] = rewritten
    }
    return total
  }

  /// Counts a word.
  @inline(__always)
  private mutating func countWord(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
    if WordCache.isShort(range.count) {
      let key = WordCache.Key(text, range)
      if let count = cache.count(of: key) { return count }
      let count = countAnew(text.extracting(range))
      cache.set(key, count: count)
      return count
    }
    let word = text.extracting(range)
    if let count = cache.count(ofLong: word) { return count }
    let count = countAnew(word)
    cache.set(long: word, count: count)
    return count
  }

  private mutating func countAnew(_ word: Span<UInt8>) -> Int {
    switch tokenizer.model {
    case .bytePair(let model): return model.count(word, &scratch)
    case .wordPiece(let model): return model.count(word)
    case .unigram(let model): return model.count(word, &ways)
    }
  }
}

extension Normalizer {
  /// Whether a text starts with a string.
  static func starts(_ text: Span<UInt8>, with start: [UInt8]) -> Bool {
    guard start.count <= text.count else { return false }
    for index in start.indices where text[index] != start[index] { return false }
    return true
  }
}
