/// The type of a column, or of something within one.
package indirect enum FeatureType: Equatable, Sendable {
  case string, bool, integer, number
  case list(FeatureType)
  case structure([Feature])
}

/// A column, or a key within one, with its type.
package struct Feature: Equatable, Sendable {
  /// Its name.
  package var name: String
  /// Its type.
  package var type: FeatureType

  /// Makes a feature.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - type: Its type.
  package init(_ name: String, _ type: FeatureType) {
    self.name = name
    self.type = type
  }
}

extension ColumnType {
  /// The type as that of a feature.
  var feature: FeatureType {
    switch self {
    case .bool: .bool
    case .integer: .integer
    case .number: .number
    case .string, .json: .string
    case .boolList: .list(.bool)
    case .integerList: .list(.integer)
    case .numberList: .list(.number)
    case .stringList: .list(.string)
    }
  }
}

extension ConversationLayout {
  /// The column that tells what a record's mistakes weigh.
  package static let weightColumn = "weight"

  /// The name of the column with the verdict on an answer.
  package var labelColumn: String { dialect == .llamaFactory ? "kto_tag" : "label" }

  /// Whether the length of the instruction is kept where an input was joined to it.
  package var keepsInstructionLength: Bool {
    dialect == .neutral && facts.hasInput && format != .alpaca && kind != .text
  }

  /// Whether messages say if they are to be learned.
  package var hasMask: Bool {
    facts.hasTrainingMask && (dialect == .neutral || dialect == .axolotl)
      && format != .alpaca && format != .promptCompletion
  }

  /// Whether there is a column of tools.
  package var hasTools: Bool { facts.hasTools && !(kind == .preference && dialect == .axolotl) }

  /// How a message says whether it is to be learned.
  package var maskKey: String { dialect == .axolotl ? "train" : "weight" }

  /// Whether a column of system texts stands beside prompt and completion.
  var hasSystemBesideTexts: Bool {
    format == .promptCompletion && dialect == .axolotl && facts.hasSystem
  }

  /// Whether the worse answer of a preference, and the better one, are one message each and no list.
  var hasSingleAnswers: Bool { format == .shareGPT || dialect == .axolotl }

  /// Everything that a record is written with but for other columns, in order.
  package var ownColumns: [Feature] {
    var columns = conversationColumns
    if kind == .rated { columns.append(Feature(labelColumn, .bool)) }
    if keepsInstructionLength {
      columns.append(Feature(Conversation.lengthColumn, .integer))
    }
    if hasWeight { columns.append(Feature(Self.weightColumn, .number)) }
    return columns
  }

  /// All columns, in order.
  package var columns: [Feature] {
    ownColumns + extraColumns.map { Feature($0.name, $0.facts.type.feature) }
  }

  private var conversationColumns: [Feature] {
    if kind == .text { return [Feature("text", .string)] }
    let isPair = kind == .preference
    switch format {
    case .messages where isPair && dialect != .axolotl, .promptCompletionMessages:
      return [Feature("prompt", .list(messageFeature))]
        + (isPair ? ["chosen", "rejected"] : ["completion"]).map {
          Feature($0, .list(messageFeature))
        } + toolColumns
    case .messages:
      return [Feature("messages", .list(messageFeature))]
        + (isPair ? ["chosen", "rejected"].map { Feature($0, messageFeature) } : [])
        + toolColumns
    case .shareGPT:
      return [Feature("conversations", .list(messageFeature))]
        + (isPair ? ["chosen", "rejected"].map { Feature($0, messageFeature) } : [])
        + (facts.hasSystem ? [Feature("system", .string)] : []) + toolColumns
    case .alpaca:
      let answers = isPair ? ["chosen", "rejected"] : ["output"]
      return (["instruction", "input"] + answers + (facts.hasSystem ? ["system"] : []))
        .map { Feature($0, .string) }
        + (facts.hasHistory ? [Feature("history", .list(.list(.string)))] : [])
    case .promptCompletion:
      return
        (["prompt"] + (isPair ? ["chosen", "rejected"] : ["completion"])
        + (hasSystemBesideTexts ? ["system"] : [])).map { Feature($0, .string) }
    }
  }

  private var toolColumns: [Feature] {
    guard hasTools else { return [] }
    guard dialect == .axolotl else { return [Feature("tools", .string)] }
    return [
      Feature(
        "tools",
        .list(
          .structure([
            Feature("type", .string),
            Feature(
              "function",
              .structure([
                Feature("name", .string), Feature("description", .string),
                Feature("parameters", .string),
              ])),
          ])))
    ]
  }

  /// What a message is made of.
  private var messageFeature: FeatureType {
    var keys =
      format == .shareGPT
      ? [Feature("from", .string), Feature("value", .string)]
      : [Feature("role", .string), Feature("content", .string)]
    if format != .shareGPT, facts.hasCalls {
      let function = Feature(
        "function", .structure([Feature("name", .string), Feature("arguments", .string)]))
      keys.append(
        Feature(
          "tool_calls",
          .list(
            .structure(
              (facts.hasCallIdentifiers ? [Feature("id", .string)] : [])
                + [Feature("type", .string), function]))))
    }
    if hasMask { keys.append(Feature(maskKey, maskKey == "train" ? .bool : .integer)) }
    keys += extraMessageKeys.map { Feature($0.key, $0.type.feature) }
    return .structure(keys)
  }

  /// Other keys of messages that are written.
  var extraMessageKeys: [ColumnFacts] { format == .shareGPT ? [] : facts.messageKeys }

  /// Another column, under the name that it is written with.
  package struct ExtraColumn: Sendable {
    /// What it holds.
    package var facts: ColumnFacts
    /// Its name in what is written.
    package var name: String
  }

  /// The other columns; one whose name says something else to the reader goes with `source_` before it.
  package var extraColumns: [ExtraColumn] {
    var taken = Set(ownColumns.map(\.name)).union(meaningfulNames)
    if namesEveryColumn { taken.insert("") }
    return facts.columns.map { column in
      var name = column.key
      while !taken.insert(name).inserted { name = "source_" + name }
      return ExtraColumn(facts: column, name: name)
    }
  }

  /// Names of columns that would be taken for something.
  private var meaningfulNames: Set<String> {
    switch dialect {
    case .trl:
      [
        "text", "messages", "prompt", "completion", "chosen", "rejected", "tools", "input_ids",
        "attention_mask", "labels", "completion_mask", "assistant_masks", "chat_template_kwargs",
      ]
    case .axolotl:
      [
        "messages", "tools", "system", "input_ids", "attention_mask", "labels", "length",
        "position_ids",
      ]
    case .llamaFactory: []
    case .neutral:
      // What would make another record of it.
      [
        "messages", "conversations", "instruction", "prompt", "question", "chosen", "rejected",
        "tools", "functions", "system", "history", "text", "input", "output", "completion",
        "response", "answer", "context", "instances",
      ]
    }
  }
}
