import CYAML

/// The events of a YAML text, one after the other, as libyaml finds them.
///
/// The only file that touches libyaml. Its parser refers to its own insides and to the text: both lie in
/// memory of this object's own, which no one else sees and which goes with it. What libyaml hands out
/// belongs to an event and is copied before that is given back.
@safe final class LibYAMLEvents {
  /// What was found, and where it starts.
  struct Event {
    var place: YAMLPlace
    var kind: Kind
  }

  /// What can be found; `end` ends whatever was begun last.
  enum Kind {
    case documentStart
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case end
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// Makes a parser.
  init(_ bytes: [UInt8]) throws(YAMLError) {
    // Both are given back by deinit, and nowhere else.
    unsafe text = .allocate(capacity: bytes.count)
    unsafe _ = text.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    // A parser that could not be made is all zero, which deleting leaves alone.
    guard unsafe yaml_parser_initialize(parser) == 1 else { throw .outOfMemory }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    // The text outlives the parser.
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event; asked for no more once it has thrown or the stream has ended.
  func next() throws(YAMLError) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem }
    // What the event holds is libyaml's and goes with it.
    defer { unsafe yaml_event_delete(&event) }
    let place = unsafe Self.place(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT:
      return Event(place: place, kind: .documentStart)
    case YAML_ALIAS_EVENT: throw .anchorOrAlias(place)
    case YAML_SCALAR_EVENT:
      // The member of the union that the type names.
      let scalar = unsafe event.data.scalar
      if unsafe scalar.anchor != nil { throw .anchorOrAlias(place) }
      if unsafe scalar.tag != nil { throw .tag(place) }
      // As long as libyaml says; copied at once.
      let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      if unsafe value.contains(0) { throw .nulCharacter(place) }
      let text = unsafe String(decoding: value, as: UTF8.self)
      let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      return Event(place: place, kind: .scalar(text, isPlain: isPlain))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      if unsafe start.anchor != nil { throw .anchorOrAlias(place) }
      if unsafe start.tag != nil { throw .tag(place) }
      return Event(place: place, kind: .sequenceStart)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      if unsafe start.anchor != nil { throw .anchorOrAlias(place) }
      if unsafe start.tag != nil { throw .tag(place) }
      return Event(place: place, kind: .mappingStart)
    default: return Event(place: place, kind: .end)
    }
  }

  /// What libyaml says went wrong.
  private var problem: YAMLError {
    if unsafe parser.pointee.error == YAML_MEMORY_ERROR { return .outOfMemory }
    // A constant of libyaml's.
    let words = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let problem = words ?? "it cannot be read"
    guard unsafe parser.pointee.error == YAML_READER_ERROR else {
      return unsafe .malformed(Self.place(parser.pointee.problem_mark), problem: problem)
    }
    // Of a byte that is no character only the offset is known.
    let before = unsafe [UInt8](text.prefix(parser.pointee.problem_offset))
    let lines = before.split(separator: 0x0A, omittingEmptySubsequences: false)
    let column = lines.last.map { $0.count { $0 & 0xC0 != 0x80 } } ?? 0
    return .malformed(
      YAMLPlace(line: max(1, lines.count), column: column + 1), problem: problem)
  }

  private static func place(_ mark: yaml_mark_t) -> YAMLPlace {
    YAMLPlace(line: mark.line + 1, column: mark.column + 1)
  }
}
