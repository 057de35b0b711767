/// A place in a text, as people and editors count: from 1.
public struct YAMLPlace: Sendable, Equatable, CustomStringConvertible {
  /// The line, from 1.
  public var line: Int
  /// The character of the line, from 1.
  public var column: Int

  /// Names a place.
  ///
  /// - Parameters:
  ///   - line: The line, from 1.
  ///   - column: The character of the line, from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `LINE:COLUMN`.
  public var description: String { "\(line):\(column)" }
}

/// A value of a YAML document: nothing, a text, a list or a mapping, with its place.
///
/// Scalars stay the text that was written. YAML 1.1 would make `no` false, `1e3` a text, `0o7` a text and
/// `010` eight; here whoever wants a number or a word reads the text with the parser that reads the command
/// line, so none of that happens. Only a plain `null`, `Null`, `NULL`, `~` or nothing at all is no value;
/// in quotes they are texts.
public struct YAMLNode: Sendable, Equatable {
  /// What a value is.
  public enum Content: Sendable, Equatable {
    /// No value.
    case null
    /// A text, without its quotes.
    case scalar(String)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values in the order of the text; no key stands twice.
    case mapping([Member])
  }

  /// A key with its value.
  public struct Member: Sendable, Equatable {
    /// The key, a text.
    public var key: String
    /// Where the key starts.
    public var place: YAMLPlace
    /// The value.
    public var value: YAMLNode

    /// Makes a member.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - place: Where the key starts.
    ///   - value: The value.
    public init(key: String, place: YAMLPlace, value: YAMLNode) {
      self.key = key
      self.place = place
      self.value = value
    }
  }

  /// Where the value starts.
  public var place: YAMLPlace
  /// What it is.
  public var content: Content

  /// Makes a node.
  ///
  /// - Parameters:
  ///   - place: Where the value starts.
  ///   - content: What it is.
  public init(place: YAMLPlace, content: Content) {
    self.place = place
    self.content = content
  }

  /// How deep lists and mappings may stand in each other.
  public static let depthLimit = 32

  /// How many bytes of YAML are read at most.
  public static let byteLimit = 1 << 20

  /// The value of a key.
  ///
  /// - Parameter key: A key.
  /// - Returns: `nil` where the node is no mapping, or has no such key.
  public subscript(key: String) -> YAMLNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// Reads YAML 1.1 (and of 1.2 what libyaml knows): one document, or none, which is no value.
  ///
  /// Refused are anchors, aliases and tags, which a file of settings has no need of; mappings whose keys
  /// are no texts or stand twice; and NUL characters.
  ///
  /// - Parameter bytes: UTF-8, with or without a byte-order mark.
  /// - Throws: `YAMLError` for the first thing that is wrong.
  /// - Complexity: O(n + m²) for n bytes and m keys of the largest mapping.
  public init(parsing bytes: [UInt8]) throws(YAMLError) {
    guard bytes.count <= Self.byteLimit else {
      throw .tooLarge(byteCount: bytes.count, limit: Self.byteLimit)
    }
    // libyaml takes no byte-order mark where it is told the encoding.
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let events = try LibYAMLEvents(isMarked ? Array(bytes.dropFirst(3)) : bytes)
    // The stream's start tells nothing.
    _ = try events.next()
    guard case .documentStart = try events.next().kind else {
      self.init(place: YAMLPlace(line: 1, column: 1), content: .null)
      return
    }
    self = try Self.node(from: try events.next(), of: events, depth: 0)
    _ = try events.next()
    let end = try events.next()
    if case .documentStart = end.kind { throw .severalDocuments(end.place) }
  }

  /// The node that an event begins.
  private static func node(
    from event: LibYAMLEvents.Event, of events: LibYAMLEvents, depth: Int
  ) throws(YAMLError) -> YAMLNode {
    guard depth <= depthLimit else { throw .tooDeep(event.place, limit: depthLimit) }
    switch event.kind {
    case .scalar(let text, let isPlain):
      let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
      return YAMLNode(place: event.place, content: isNull ? .null : .scalar(text))
    case .sequenceStart:
      var nodes: [YAMLNode] = []
      while true {
        let next = try events.next()
        if case .end = next.kind { break }
        nodes.append(try node(from: next, of: events, depth: depth + 1))
      }
      return YAMLNode(place: event.place, content: .sequence(nodes))
    case .mappingStart:
      var members: [Member] = []
      while true {
        let next = try events.next()
        if case .end = next.kind { break }
        guard case .scalar(let key, _) = next.kind else { throw .keyIsNoText(next.place) }
        try check(key, at: next.place, among: members)
        let value = try node(from: try events.next(), of: events, depth: depth + 1)
        members.append(Member(key: key, place: next.place, value: value))
      }
      return YAMLNode(place: event.place, content: .mapping(members))
    case .documentStart, .end:
      preconditionFailure("libyaml began no value where one must stand")
    }
  }

  /// Checks that a key is not among those before it.
  static func check(
    _ key: String, at place: YAMLPlace, among members: [Member]
  ) throws(YAMLError) {
    // By bytes: texts that are canonically equivalent are different keys.
    if let first = members.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
      throw .duplicateKey(key, place, first: first.place)
    }
  }
}
