/// One step of cutting a text into words.
enum PreTokenizer: Sendable {
  /// What becomes of the matches of a pattern.
  enum Behavior: String, Sendable {
    case isolated = "Isolated"
    case removed = "Removed"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  /// What matches.
  enum Matcher: Sendable {
    case pattern(SplitPattern)
    case literal([UInt8])
    /// Each character of these classes.
    case characters(CharacterClass)

    /// The end of the match that starts at a place; `nil` for none.
    @inline(__always)
    func match(_ text: Span<UInt8>, at start: Int, _ table: Span<UInt16>) -> Int? {
      switch self {
      case .pattern(let pattern): return pattern.match(text, at: start, table)
      case .literal(let bytes):
        guard !bytes.isEmpty, start + bytes.count <= text.count else { return nil }
        for index in bytes.indices where text[start + index] != bytes[index] { return nil }
        return start + bytes.count
      case .characters(let classes):
        let character = DecodedCharacter(text, at: start, table)
        return character.classes.isDisjoint(with: classes) ? nil : character.end
      }
    }
  }

  case split(Matcher, Behavior, inverted: Bool)
  /// A space before a word that has none, as ByteLevel puts it.
  case prefixSpace
  /// Spaces become another string, which may also be put before, and parts words where `splits`.
  case metaspace(replacement: [UInt8], prepends: Prepending, splits: Bool)

  /// Where Metaspace puts its sign before a text that has none.
  enum Prepending: String, Sendable {
    case always, first, never
  }

  /// Whether each match is a word and so is all between, so that no list of them is needed.
  @inline(__always)
  var isolates: Matcher? {
    if case .split(let matcher, .isolated, _) = self { return matcher }
    return nil
  }

  /// A stretch of a text, and whether it matches.
  struct Piece {
    var range: Range<Int>
    let isMatch: Bool
  }

  /// Appends the pieces that a text is cut into.
  static func cut(
    _ text: Span<UInt8>, by matcher: Matcher, _ behavior: Behavior, inverted: Bool,
    _ table: Span<UInt16>, into pieces: inout [Piece]
  ) {
    let first = pieces.count
    var place = 0
    var gap = 0
    func add(_ range: Range<Int>, _ isMatch: Bool) {
      let isMatch = isMatch != inverted
      let last = pieces.count - 1
      switch behavior {
      case .isolated: break
      case .removed: if isMatch { return }
      case .contiguous:
        if last >= first, pieces[last].isMatch == isMatch {
          pieces[last].range = pieces[last].range.lowerBound..<range.upperBound
          return
        }
      case .mergedWithPrevious:
        if isMatch, last >= first, !pieces[last].isMatch {
          // The match takes the piece over, so that the next one stands for itself.
          pieces[last] = Piece(
            range: pieces[last].range.lowerBound..<range.upperBound, isMatch: true)
          return
        }
      case .mergedWithNext:
        if !isMatch, last >= first, pieces[last].isMatch {
          pieces[last] = Piece(
            range: pieces[last].range.lowerBound..<range.upperBound, isMatch: false)
          return
        }
      }
      pieces.append(Piece(range: range, isMatch: isMatch))
    }
    while place < text.count {
      if let end = matcher.match(text, at: place, table) {
        if gap < place { add(gap..<place, false) }
        add(place..<end, true)
        place = end
        gap = end
      } else {
        place = DecodedCharacter(text, at: place, table).end
      }
    }
    if gap < text.count { add(gap..<text.count, false) }
  }
}
