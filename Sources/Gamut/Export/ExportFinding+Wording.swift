import Reporting

extension ExportFinding {
  /// The finding as a clause without a full stop and without its place.
  public var message: String {
    let name = key.map { "'\($0)'" } ?? ""
    return switch code {
    case "unreadable": "no readable record"
    case "unknown-role": "a message of \(name), a role that no trainer knows"
    case "plain-text": "text without roles, among records that have them or for a format of roles"
    case "no-answer": "nobody answers"
    case "ends-unanswered": "the last to speak is not the model"
    case "empty-answer": "an empty answer"
    case "late-system": "a system text behind other messages"
    case "out-of-turn": "two prompts or two answers in a row, or the model speaks first"
    case "call-without-result": "a tool is called and gives nothing back"
    case "result-without-call": "a tool gives back what nobody called for"
    case "broken-call": "a tool call that is no JSON of a name and arguments"
    case "broken-tools": "tools that are no list in JSON"
    case "nothing-trained": "no answer is marked to be learned"
    case "earlier-turns": "turns before the last prompt"
    case "system": "system texts"
    case "tools": "lists of tools"
    case "tool-key": "the key \(name) of tools"
    case "tool-calls": "tool calls and their results"
    case "call-identifiers": "the ids of tool calls"
    case "text-beside-call": "texts beside tool calls"
    case "result-borders": "where one of several tool results ends"
    case "message-key": "the key \(name) of messages"
    case "training-mask": "marks of which answers are learned"
    case "non-text": "parts of messages that are no text"
    case "text-borders": "where one text of a message ends"
    case "further-answers": "answers beside the best two"
    case "answer-messages": "all but the last message of an answer"
    case "rejected-answer": "the worse answers of preferences, written as dialogues"
    case "other-kind":
      "a record of another kind (dialogue, preference, verdict, text) than those before it"
    case "label": "verdicts on answers, written as dialogues"
    default: code
    }
  }
}

extension ExportNote {
  /// The note as a sentence without a full stop.
  public var message: String {
    switch self {
    case .drawnWithoutCells(let reason):
      switch reason {
      case .noManifest:
        "no manifest stands beside the subset, so the validation part is drawn without regard to cells"
      case .subsetChanged:
        "the subset is not the file that its manifest tells of, so the validation part is drawn without"
          + " regard to cells"
      case .notRederived:
        "the choice cannot be made again ('gamut verify' tells why), so the validation part is drawn"
          + " without regard to cells"
      }
    case .manifestUnreadable(let path):
      "\(path) is no manifest that can be read, so the card tells nothing of the pool"
    case .validationSmaller(let wanted, let got):
      "\(grouped(got)) samples are set aside instead of \(grouped(wanted)), since those of one prompt stay"
        + " together"
    case .mixedKinds:
      "records with two answers, or with a verdict, are written as dialogues with the better, or the only,"
        + " answer, since others have neither"
    case .renamedColumn("", let to): "the column without a name is written as '\(to)'"
    case .renamedColumn(let from, let to):
      "the column '\(from)' is written as '\(to)', since '\(from)' says something else to the reader"
    case .columnAsText(let name):
      "the column '\(name)' is written as JSON in text, since its values have no one plain type"
    case .joinedInputs: "an instruction and its input are one prompt, with a line break between"
    case .argumentsAsText:
      "arguments of tool calls are JSON in text, since arguments of different tools have no one type;"
        + " a chat template that wants objects needs them parsed"
    case .movedToFront(let count):
      "\(grouped(count)) record\(count == 1 ? " stands" : "s stand") first though later in the subset, since"
        + " load_dataset guesses types from the first megabytes"
    case .weightsUnheeded:
      "TRL, LLaMA-Factory and Axolotl do not heed the column 'weight' by themselves"
    case .learnsAllTurns:
      "conversations of several answers are written as messages, of which TRL learns every word unless"
        + " 'assistant_only_loss' is set"
    }
  }
}
