/// What kinds of JSON a column holds.
package struct ColumnKinds: OptionSet, Sendable, Hashable {
  /// One bit a kind.
  package let rawValue: UInt16

  /// Makes a set out of its bits.
  ///
  /// - Parameter rawValue: The bits.
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let null = ColumnKinds(rawValue: 1)
  package static let bool = ColumnKinds(rawValue: 2)
  package static let integer = ColumnKinds(rawValue: 4)
  package static let fraction = ColumnKinds(rawValue: 8)
  package static let string = ColumnKinds(rawValue: 16)
  package static let object = ColumnKinds(rawValue: 32)
  /// A list that is empty, or holds null alone.
  package static let emptyList = ColumnKinds(rawValue: 64)
  package static let boolList = ColumnKinds(rawValue: 128)
  package static let integerList = ColumnKinds(rawValue: 256)
  package static let fractionList = ColumnKinds(rawValue: 512)
  package static let stringList = ColumnKinds(rawValue: 1024)
  /// A list of lists, of objects, or of several kinds.
  package static let otherList = ColumnKinds(rawValue: 2048)

  /// The kind of a value.
  init(of value: WrittenJSON) {
    switch value.kind {
    case .null: self = .null
    case .bool: self = .bool
    // What no double holds is no number to anybody who reads columns.
    case .number: self = value.isWhole ? .integer : value.isFinite ? .fraction : .object
    case .string: self = .string
    case .object: self = .object
    case .array:
      var kinds: ColumnKinds = []
      for item in value.items ?? [] where item.kind != .null { kinds.insert(ColumnKinds(of: item)) }
      switch kinds {
      case []: self = .emptyList
      case .bool: self = .boolList
      case .integer: self = .integerList
      case .fraction, [.integer, .fraction]: self = .fractionList
      case .string: self = .stringList
      default: self = .otherList
      }
    }
  }
}

extension WrittenJSON {
  /// Whether a number fits into 64 bits as a whole one.
  var isWhole: Bool { !isFraction && wholeNumber != nil }

  /// Whether a number is one that a double can hold.
  var isFinite: Bool { Double(String(decoding: bytes, as: UTF8.self))?.isFinite ?? false }
}

/// How the values of a column are written, so that all of them have one type.
package enum ColumnType: Equatable, Sendable {
  case bool, integer, number, string, integerList, numberList, stringList, boolList
  /// JSON as text, since the values have several types, or types of their own.
  case json

  /// The type that holds everything of a column.
  ///
  /// - Parameter kinds: What the column holds.
  package init(_ kinds: ColumnKinds) {
    switch kinds.subtracting(.null) {
    case .bool: self = .bool
    case .integer: self = .integer
    case .fraction, [.integer, .fraction]: self = .number
    case .string, []: self = .string
    case .boolList, [.boolList, .emptyList]: self = .boolList
    case .integerList, [.integerList, .emptyList]: self = .integerList
    case .fractionList, [.fractionList, .emptyList], [.integerList, .fractionList],
      [.integerList, .fractionList, .emptyList]:
      self = .numberList
    case .stringList, .emptyList, [.stringList, .emptyList]: self = .stringList
    default: self = .json
    }
  }
}

/// A column with what it holds.
package struct ColumnFacts: Sendable, Equatable {
  /// Its name where it comes from.
  package var key: String
  /// What it holds.
  package var kinds: ColumnKinds
  /// The type that it is written with.
  package var type: ColumnType { ColumnType(kinds) }
}

/// What all records together have, so that each can be written with the same columns of the same types.
package struct ConversationFacts: Sendable {
  /// Other columns, in the order in which they were met.
  package private(set) var columns: [ColumnFacts] = []
  /// Other keys of messages, in the order in which they were met.
  package private(set) var messageKeys: [ColumnFacts] = []
  /// How many records there are.
  package private(set) var count = 0
  /// Whether any has a system text.
  package private(set) var hasSystem = false
  /// Whether any has tools.
  package private(set) var hasTools = false
  /// Whether any calls a tool, or has what one gave back.
  package private(set) var hasCalls = false
  /// Whether any names its calls.
  package private(set) var hasCallIdentifiers = false
  /// Whether any says which answers are to be learned.
  package private(set) var hasTrainingMask = false
  /// Whether any has more than one prompt with its answer.
  package private(set) var hasHistory = false
  /// Whether any has an input joined to its instruction.
  package private(set) var hasInput = false
  /// Whether all came as two plain texts.
  package private(set) var isAllPlain = true
  /// Whether an answer stands anywhere but at the end.
  package private(set) var hasEarlierAnswers = false
  /// Whether any does not fit Alpaca whole.
  package private(set) var isAnyBeyondAlpaca = false

  /// Makes facts of no records.
  package init() {}

  private var columnPlaces: [String: Int] = [:]

  /// Which of what is null in some records is there in one: a bit for each of the first 48 columns, for each of
  /// the first 8 other keys of messages, and for what there is by itself.
  package typealias Presence = UInt64

  private static let (columnBits, keyBits) = (48, 8)

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - conversation: The record.
  ///   - dialect: Who is going to read it.
  /// - Returns: What the record has, by the places of these facts.
  @discardableResult
  package mutating func add(
    _ conversation: Conversation, for dialect: ConversationDialect
  ) -> Presence {
    count += 1
    var presence: Presence = 0
    for extra in conversation.extras {
      let kinds = ColumnKinds(of: extra.value)
      let place = note(extra.key, kinds)
      if place < Self.columnBits, kinds != .null { presence |= 1 << place }
    }
    if conversation.system != nil { hasSystem = true }
    if conversation.tools != nil {
      hasTools = true
      presence |= 1 << 60
    }
    if conversation.instructionLength != nil {
      hasInput = true
      presence |= 1 << 59
    }
    if !conversation.isPlain { isAllPlain = false }
    var answers = 0
    for messages in [conversation.messages, conversation.chosen, conversation.rejected] {
      for message in messages {
        if message.role == .assistant { answers += 1 }
        if !message.calls.isEmpty || message.role == .tool { hasCalls = true }
        if !message.calls.isEmpty { presence |= 1 << 63 }
        if message.calls.contains(where: { $0.identifier != nil }) {
          hasCallIdentifiers = true
          presence |= 1 << 62
        }
        if message.isTrained != nil {
          hasTrainingMask = true
          presence |= 1 << 61
        }
        for extra in message.extras {
          let place = Self.note(extra.key, ColumnKinds(of: extra.value), in: &messageKeys)
          if place < Self.keyBits { presence |= 1 << (Self.columnBits + place) }
        }
      }
    }
    if conversation.messages.count > 2 {
      hasHistory = true
      presence |= 1 << 58
    }
    if conversation.messages.dropLast().contains(where: { $0.role == .assistant }) {
      hasEarlierAnswers = true
    }
    if !isAnyBeyondAlpaca,
      !conversation.losses(to: .alpaca, for: dialect).allSatisfy({ $0 == .furtherAnswers })
    {
      isAnyBeyondAlpaca = true
    }
    return presence
  }

  /// What a record has, by the places of other facts to which these were added.
  ///
  /// - Parameters:
  ///   - presence: What it has by the places of these facts.
  ///   - facts: The other facts.
  /// - Returns: What it has by the places of those.
  package func translated(_ presence: Presence, to facts: ConversationFacts) -> Presence {
    let named: Presence = (1 << (Self.columnBits + Self.keyBits)) - 1
    var result = presence & ~named
    var rest = presence ^ result
    while rest != 0 {
      let bit = rest.trailingZeroBitCount
      rest &= rest - 1
      if bit < Self.columnBits {
        if let place = facts.columnPlaces[columns[bit].key], place < Self.columnBits {
          result |= 1 << place
        }
      } else {
        let key = messageKeys[bit - Self.columnBits].key
        if let place = facts.messageKeys.firstIndex(where: { $0.key == key }), place < Self.keyBits
        {
          result |= 1 << (Self.columnBits + place)
        }
      }
    }
    return result
  }

  /// Whether the places of these facts are those of others.
  ///
  /// - Parameter facts: Facts to which these were added.
  /// - Returns: Whether nothing has to be translated.
  package func hasPlaces(of facts: ConversationFacts) -> Bool {
    columns.count <= facts.columns.count
      && zip(columns, facts.columns).allSatisfy { $0.key == $1.key }
      && zip(messageKeys, facts.messageKeys).allSatisfy { $0.key == $1.key }
  }

  /// Adds what is known of records that come after these.
  ///
  /// - Parameter later: Their facts.
  package mutating func add(_ later: ConversationFacts) {
    count += later.count
    for column in later.columns { note(column.key, column.kinds) }
    for key in later.messageKeys { Self.note(key.key, key.kinds, in: &messageKeys) }
    hasSystem = hasSystem || later.hasSystem
    hasTools = hasTools || later.hasTools
    hasCalls = hasCalls || later.hasCalls
    hasCallIdentifiers = hasCallIdentifiers || later.hasCallIdentifiers
    hasTrainingMask = hasTrainingMask || later.hasTrainingMask
    hasHistory = hasHistory || later.hasHistory
    hasInput = hasInput || later.hasInput
    isAllPlain = isAllPlain && later.isAllPlain
    hasEarlierAnswers = hasEarlierAnswers || later.hasEarlierAnswers
    isAnyBeyondAlpaca = isAnyBeyondAlpaca || later.isAnyBeyondAlpaca
  }

  /// Leaves columns out.
  ///
  /// - Parameter isKept: Which ones stay.
  package mutating func keepColumns(where isKept: (String) -> Bool) {
    columns.removeAll { !isKept($0.key) }
    columnPlaces = [:]
    for (place, column) in columns.enumerated() { columnPlaces[column.key] = place }
  }

  @discardableResult
  private mutating func note(_ key: String, _ kinds: ColumnKinds) -> Int {
    if let place = columnPlaces[key] {
      columns[place].kinds.formUnion(kinds)
      return place
    }
    columnPlaces[key] = columns.count
    columns.append(ColumnFacts(key: key, kinds: kinds))
    return columns.count - 1
  }

  @discardableResult
  private static func note(
    _ key: String, _ kinds: ColumnKinds, in list: inout [ColumnFacts]
  ) -> Int {
    if let place = list.firstIndex(where: { $0.key == key }) {
      list[place].kinds.formUnion(kinds)
      return place
    }
    list.append(ColumnFacts(key: key, kinds: kinds))
    return list.count - 1
  }
}
