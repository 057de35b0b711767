import Conversations
import Samples

extension SelectRequest.Format {
  /// The format of conversations that records are taken into; `nil` where they stay what they are.
  var conversation: ConversationFormat? {
    switch self {
    case .messages: .messages
    case .shareGPT: .shareGPT
    case .alpaca: .alpaca
    case .promptCompletion: .promptCompletion
    case .jsonl, .json, .parquet, .csv, .tsv, .npy: nil
    }
  }
}

/// Chosen samples as lines of one format of conversations, as `export` writes them.
///
/// The samples are gone through twice: once to learn which columns there are, and once to write. Nothing is left
/// out: a record that is no conversation, or holds what the format cannot, ends the run.
struct ConvertedSubset {
  let writer: SubsetWriter
  /// The samples in the order in which they are to stand.
  let samples: [Int32]
  let format: ConversationFormat

  /// Writes the lines.
  ///
  /// - Parameter write: Takes a line, then its end, and so on.
  /// - Throws: `GamutError.notConvertible`, what reading throws, and what `write` throws.
  func write(_ write: (Span<UInt8>) throws -> Void) throws {
    var facts = ConversationFacts()
    var first: (sample: Int32, kind: Conversation.Kind)?
    try forEachConversation { sample, conversation in
      if let first, first.kind != conversation.kind {
        throw failure(sample, "other-kind", nil)
      }
      first = first ?? (sample, conversation.kind)
      if conversation.hasBrokenTools { throw failure(sample, "broken-tools", nil) }
      if conversation.allMessages.contains(where: \.hasBrokenCall) {
        throw failure(sample, "broken-call", nil)
      }
      if conversation.hasLateSystem { throw failure(sample, "late-system", nil) }
      if conversation.kind == .text, format != .messages {
        throw failure(sample, "plain-text", nil)
      }
      if let loss = conversation.losses(to: format, for: .neutral).first {
        throw failure(sample, loss.code.code, loss.code.key)
      }
      facts.add(conversation, for: .neutral)
    }
    let lines = ConversationWriter(
      ConversationLayout(
        format: format, dialect: .neutral, kind: first?.kind ?? .dialogue, facts: facts))
    let end = Array("\n".utf8)
    var bytes: [UInt8] = []
    try forEachConversation { _, conversation in
      bytes.removeAll(keepingCapacity: true)
      lines.append(conversation, to: &bytes)
      try write(bytes.span)
      try write(end.span)
    }
  }

  private func forEachConversation(_ body: (Int32, Conversation) throws -> Void) throws {
    var place = 0
    var isLine = true
    try writer.write(samples, format: .jsonl) { piece in
      // What opens and closes the file is empty here; lines and their ends take turns.
      if piece.isEmpty { return }
      defer { isLine.toggle() }
      guard isLine else { return }
      let sample = samples[place]
      place += 1
      guard let conversation = conversation(ofLine: piece) else {
        throw failure(sample, "unreadable", nil)
      }
      try body(sample, conversation)
    }
  }

  private func failure(_ sample: Int32, _ code: String, _ key: String?) -> GamutError {
    let place = SamplePlaces(sources: writer.sources, lines: writer.columns.lines)[Int(sample)]
    return .notConvertible(
      path: place.path,
      ExportFinding(kind: .loss, code: code, key: key, count: 1, line: place.line))
  }
}
