import Measures
import Samples
import Tokenizers

/// Counts the tokens of records: each text for itself, or the conversation as a template renders it.
struct RecordTokens {
  private var counter: TokenCounter
  private let template: RenderedPieces?
  /// Whether it is told what of a conversation the responses are.
  private let splits: Bool
  private var text: [UInt8] = []
  /// How many texts were not encoded, and count nothing.
  var failedCount: Int { counter.failedCount }
  /// How many records had texts that the template does not render, and that count for themselves.
  private(set) var unrenderedCount = 0

  /// - Parameters:
  ///   - file: What tokens are counted by.
  ///   - splits: Whether it is told what of a conversation the responses are.
  init(_ file: TokenFile, splits: Bool) {
    counter = TokenCounter(file.model)
    template = file.template.map { RenderedPieces($0.template) }
    self.splits = splits
  }

  /// A template's pieces as bytes.
  private struct RenderedPieces {
    typealias Pair = (before: [UInt8], after: [UInt8])
    let beginning: [UInt8]
    let end: [UInt8]
    let system: Pair?
    let systemInUser: Pair?
    let user: Pair
    let assistant: Pair
    let defaultSystem: [UInt8]?
    let trims: Bool

    init(_ template: ChatTemplate) {
      func bytes(_ pieces: ChatTemplate.Pieces) -> Pair {
        (Array(pieces.before.utf8), Array(pieces.after.utf8))
      }
      beginning = Array(template.beginning.utf8)
      end = Array(template.end.utf8)
      system = template.system.map(bytes)
      systemInUser = template.systemInUser.map(bytes)
      user = bytes(template.user)
      assistant = bytes(template.assistant)
      defaultSystem = template.defaultSystem.map { Array($0.utf8) }
      trims = template.trims
    }
  }

  /// Counts a record.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - block: The block it came in.
  /// - Returns: The tokens of its prompt parts, its responses and the rest. Of a rendered conversation what
  ///   the template puts around texts belongs to the prompt.
  mutating func count(
    _ record: Record, of block: borrowing ParsedBlock
  ) -> SampleCounts.CountedTokens {
    if let template { return render(record, of: block, template) }
    var tokens = SampleCounts.CountedTokens()
    for index in record.parts {
      let part = block.parts[index]
      let found = block.withText(of: part) { counter.count($0) }
      switch TextKind(part.role) {
      case .prompt: tokens.prompt += found
      case .response, .text: tokens.response += found
      case .other: tokens.other += found
      }
    }
    return tokens
  }

  private mutating func render(
    _ record: Record, of block: borrowing ParsedBlock, _ template: RenderedPieces
  ) -> SampleCounts.CountedTokens {
    var tokens = SampleCounts.CountedTokens()
    text.removeAll(keepingCapacity: true)
    text += template.beginning
    // A system message that waits for the user's first.
    var waiting: [UInt8]?
    var isFirst = true
    var isConversation = false
    var isWhole = true
    var responses = 0
    var place = record.parts.lowerBound
    while place < record.parts.upperBound {
      let (role, message) = (block.parts[place].role, block.parts[place].message)
      var end = place + 1
      while end < record.parts.upperBound, block.parts[end].role == role,
        block.parts[end].message == message
      {
        end += 1
      }
      defer { place = end }
      var pieces: RenderedPieces.Pair?
      switch role {
      case .system: pieces = template.system ?? template.systemInUser.map { _ in ([], []) }
      case .prompt: pieces = template.user
      case .response: pieces = template.assistant
      case .rejected, .tool, .text: pieces = nil
      }
      guard let pieces else {
        for index in place..<end {
          let found = block.withText(of: block.parts[index]) { counter.count($0) }
          switch TextKind(role) {
          case .prompt: tokens.prompt += found
          case .response, .text: tokens.response += found
          case .other: tokens.other += found
          }
        }
        if role != .text { isWhole = false }
        continue
      }
      if isFirst, role != .system, let text = template.defaultSystem, let own = template.system {
        self.text += own.before + text + own.after
      }
      isFirst = false
      if role == .system, template.system == nil {
        var held: [UInt8] = waiting ?? []
        if waiting != nil { held.append(UInt8(ascii: "\n")) }
        Self.append(place..<end, of: block, to: &held, trims: template.trims)
        waiting = held
        continue
      }
      isConversation = true
      text += pieces.before
      if role == .prompt, let held = waiting, let around = template.systemInUser {
        text += around.before + held + around.after
        waiting = nil
      }
      Self.append(place..<end, of: block, to: &text, trims: template.trims)
      text += pieces.after
      if splits, role == .response {
        for index in place..<end {
          responses += block.withText(of: block.parts[index]) { counter.count($0) }
        }
      }
    }
    if let waiting {
      // Nobody spoke whose text it could lead.
      tokens.prompt += counter.count(waiting.span)
      isWhole = false
    }
    if !isWhole { unrenderedCount += 1 }
    guard isConversation else { return tokens }
    text += template.end
    // Out of here while it is lent.
    let whole = text
    text = []
    let rendered = counter.count(whole.span)
    text = whole
    let answered = min(responses, rendered)
    tokens.response += answered
    tokens.prompt += rendered - answered
    return tokens
  }

  /// Appends the texts of a message, with line ends between them.
  private static func append(
    _ parts: Range<Int>, of block: borrowing ParsedBlock, to out: inout [UInt8], trims: Bool
  ) {
    let start = out.count
    for index in parts {
      if index > parts.lowerBound { out.append(UInt8(ascii: "\n")) }
      block.withText(of: block.parts[index]) { out.append(copying: $0) }
    }
    if trims { ChatTemplate.trim(&out, from: start) }
  }
}
