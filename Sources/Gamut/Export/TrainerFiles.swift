import Conversations
import JSON

/// What a trainer is configured with, and how it is started.
struct TrainerFiles {
  let report: ExportReport
  let layout: ConversationLayout
  let dataFiles: [(split: String, path: String)]
  /// The folder as it was given.
  let folder: String

  /// The configuration's file, where the trainer has one.
  var configuration: (name: String, text: String)? {
    switch report.target {
    case .llamaFactory: ("dataset_info.json", datasetInfo.pretty)
    case .axolotl: ("axolotl.yaml", axolotl.yaml)
    default: nil
    }
  }

  // MARK: LLaMA-Factory

  /// The entries of `dataset_info.json`, one a part.
  private var datasetInfo: JSONValue {
    .object(
      dataFiles.map { split, path in
        .init(
          key: split == "train" ? report.name : "\(report.name)_\(split)",
          value: entry(path))
      })
  }

  private func entry(_ path: String) -> JSONValue {
    let isPair = layout.kind == .preference
    if layout.kind == .text {
      return .members([
        "file_name": .string(path), "columns": .members(["prompt": .string("text")]),
      ])
    }
    let names = Set(layout.columns.map(\.name))
    func column(_ name: String) -> JSONValue? { names.contains(name) ? .string(name) : nil }
    let medias = ["images", "videos", "audios"].map { ($0, column($0)) }
    let shared: [(String, JSONValue?)] =
      [
        ("chosen", isPair ? .string("chosen") : nil),
        ("rejected", isPair ? .string("rejected") : nil),
        ("kto_tag", layout.kind == .rated ? .string(layout.labelColumn) : nil),
      ] + medias
    if layout.format == .alpaca {
      return .members([
        "file_name": .string(path), "formatting": .string("alpaca"),
        "ranking": isPair ? .bool(true) : nil,
        "columns": Self.object(
          [
            ("prompt", .string("instruction")), ("query", .string("input")),
            ("response", isPair ? nil : .string("output")), ("system", column("system")),
            ("history", column("history")),
          ] + shared),
      ])
    }
    return .members([
      "file_name": .string(path), "formatting": .string("sharegpt"),
      "ranking": isPair ? .bool(true) : nil,
      "columns": Self.object(
        [
          ("messages", .string("conversations")), ("system", column("system")),
          ("tools", column("tools")),
        ] + shared),
      "tags": .members([
        "role_tag": .string("from"), "content_tag": .string("value"),
        "user_tag": .string("human"), "assistant_tag": .string("gpt"),
        "observation_tag": .string("observation"), "function_tag": .string("function_call"),
        "system_tag": .string("system"),
      ]),
    ])
  }

  private static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { key, value in value.map { .init(key: key, value: $0) } })
  }

  // MARK: Axolotl

  /// The part of a configuration that names the data.
  private var axolotl: JSONValue {
    var members: [JSONValue.Member] = []
    if layout.kind == .preference { members.append(.init(key: "rl", value: .string("dpo"))) }
    if layout.kind == .rated {
      // Axolotl takes no configuration for verdicts without the second line.
      members.append(.init(key: "rl", value: .string("kto")))
      members.append(.init(key: "remove_unused_columns", value: .bool(false)))
    }
    for (split, path) in dataFiles {
      members.append(
        .init(
          key: split == "train" ? "datasets" : "test_datasets",
          value: .array([stanza(path)])))
    }
    members.append(.init(key: "val_set_size", value: .integer(0)))
    return .object(members)
  }

  private func stanza(_ path: String) -> JSONValue {
    let full = folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    let place: [(String, JSONValue?)] = [
      ("path", .string(full)), ("ds_type", .string("json")), ("split", .string("train")),
    ]
    let mapping = JSONValue.members(["role": .string("role"), "content": .string("content")])
    switch layout.kind {
    case .text:
      return Self.object(place + [("type", .string("completion")), ("field", .string("text"))])
    case .preference:
      return Self.object(
        place + [
          ("type", .string("chat_template.default")), ("field_messages", .string("messages")),
          ("field_chosen", .string("chosen")), ("field_rejected", .string("rejected")),
          ("message_property_mappings", mapping),
        ])
    case .rated:
      return Self.object(place + [("type", .string("chatml.ultra"))])
    case .dialogue:
      return Self.object(
        place + [
          ("type", .string("chat_template")), ("field_messages", .string("messages")),
          ("message_property_mappings", mapping),
          ("field_tools", layout.hasTools ? .string("tools") : nil),
          ("message_field_training", layout.hasMask ? .string("train") : nil),
          ("roles_to_train", .array([.string("assistant")])), ("train_on_eos", .string("turn")),
        ])
    }
  }

  // MARK: How it is started

  /// How the trainer is told of the data, in Markdown; for targets of no trainer, how each of them is.
  var instructions: String {
    switch report.target {
    case .trl: trl
    case .llamaFactory:
      """
      LLaMA-Factory finds the data by `dataset_info.json` in this folder:

      ```yaml
      dataset_dir: \(folder)
      dataset: \(report.name)
      \(dataFiles.count > 1 ? "eval_dataset: \(report.name)_validation\n" : "")stage: \(stage)
      ```

      \(layout.kind == .dialogue
        ? "Answers are learned, prompts are not; `mask_history: true` leaves all answers but the last out.\n" : "")
      """
    case .axolotl:
      """
      `axolotl.yaml` is the part of a configuration that names the data. Paths are as seen from where the
      export was run.

      ```yaml
      \(axolotl.yaml)```

      """
    default:
      trl
    }
  }

  private var stage: String {
    switch layout.kind {
    case .dialogue: "sft"
    case .preference: "dpo"
    case .rated: "kto"
    case .text: "pt"
    }
  }

  private var trl: String {
    let (trainer, configuration) =
      switch layout.kind {
      case .dialogue, .text: ("SFTTrainer", "SFTConfig")
      case .preference: ("DPOTrainer", "DPOConfig")
      case .rated: ("KTOTrainer", "KTOConfig")
      }
    let isMessages = layout.kind == .dialogue && layout.format == .messages
    let evaluation = dataFiles.count > 1 ? ", eval_dataset=data[\"validation\"]" : ""
    return """
      ```python
      from datasets import load_dataset
      from trl import \(configuration), \(trainer)

      data = load_dataset("\(folder)")
      trainer = \(trainer)(
          model=..., args=\(configuration)(\(isMessages ? "assistant_only_loss=True" : "")),
          train_dataset=data["train"]\(evaluation),
      )
      ```

      \(learned(isMessages))
      """
  }

  private func learned(_ isMessages: Bool) -> String {
    switch layout.kind {
    case .dialogue where isMessages:
      "TRL learns every word of `messages` unless `assistant_only_loss` is set, which needs a chat template"
        + " that marks what the model generates.\n"
    case .dialogue where layout.format == .shareGPT || layout.format == .alpaca:
      "TRL does not read this format; `gamut export --to trl` writes one that it does.\n"
    case .dialogue: "Of a prompt and its completion TRL learns the completion alone.\n"
    case .text: "All of the text is learned.\n"
    case .preference, .rated: ""
    }
  }
}
