/// What a record says, whatever the shape it came in: one value that every format is written from.
package struct Conversation: Sendable, Equatable {
  /// What a record is good for.
  package enum Kind: UInt8, CaseIterable, Sendable {
    /// Somebody asks, the model answers.
    case dialogue
    /// The same with two answers, a better and a worse one.
    case preference
    /// The same with a verdict on the answer.
    case rated
    /// Text without roles.
    case text
  }

  /// Who speaks.
  package enum Role: UInt8, Sendable {
    case system, user, assistant, tool
  }

  /// A call of a tool.
  package struct Call: Sendable, Equatable {
    /// What names the call, so that a result can name it too.
    package var identifier: WrittenJSON?
    /// The tool's name.
    package var name: WrittenText
    /// What it is called with: any JSON, mostly an object.
    package var arguments: WrittenJSON
  }

  /// What one speaker says.
  package struct Message: Sendable, Equatable {
    /// Who speaks.
    package var role: Role
    /// What is said.
    package var content = WrittenText.empty
    /// The tools that are called.
    package var calls: [Call] = []
    /// Whether this answer is to be learned; `nil` where the record does not say.
    package var isTrained: Bool?
    /// Other keys of the message, as they are written.
    package var extras: [WrittenJSON.Member] = []
    /// Whether something shall be a call and is no JSON of one.
    package var hasBrokenCall = false
    /// Of how many texts the content was joined.
    package var textCount = 1
    /// How many parts are no text, such as images; they are not kept.
    package var opaqueCount = 0

    /// Whether nothing is said and nothing called.
    package var isBlank: Bool { calls.isEmpty && opaqueCount == 0 && content.isBlank }
  }

  /// What the record is good for.
  package var kind: Kind
  /// What stands above the conversation; `nil` for nothing.
  package var system: WrittenText?
  /// The conversation; of a preference what comes before the answers.
  package var messages: [Message] = []
  /// The better answer of a preference.
  package var chosen: [Message] = []
  /// The worse answer of a preference.
  package var rejected: [Message] = []
  /// The verdict on a rated answer.
  package var label: Bool?
  /// The tools there are: a list, or what could not be read as one.
  package var tools: WrittenJSON?
  /// Whether `tools` is no list.
  package var hasBrokenTools = false
  /// Text without roles.
  package var text: WrittenText?
  /// How many characters of the last prompt are its instruction, the input following after a line break;
  /// `nil` where the two were not joined.
  package var instructionLength: Int?
  /// Whether it came as two plain texts, a prompt and its completion.
  package var isPlain = false
  /// How many answers there were beside the one or two that are kept.
  package var furtherAnswerCount = 0
  /// Whether an element of the system texts stood behind others.
  package var hasLateSystem = false
  /// Other columns, as they are written.
  package var extras: [WrittenJSON.Member] = []

  /// The column that keeps how long an instruction was, where its input was joined to it.
  package static let lengthColumn = "instruction_length"

  /// All messages, of both answers too.
  package var allMessages: [Message] { messages + chosen + rejected }
}
