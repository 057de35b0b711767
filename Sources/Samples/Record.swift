/// Who speaks in a text.
public enum TextRole: UInt8, Equatable, Sendable {
  /// Instructions that stand above the conversation.
  case system = 1
  /// What the model is asked.
  case prompt = 2
  /// What the model should answer.
  case response = 3
  /// An answer that is worse than the response beside it.
  case rejected = 4
  /// A call of a tool, or what the tool gave back.
  case tool = 5
  /// Text with no roles.
  case text = 6
}

/// The shape of a record: which keys hold its texts.
///
/// Keys are taken as absent when they hold null; of two equal keys the last counts. The shapes are
/// tried in the order of this list, from `preference` on:
///
/// | shape | recognised by |
/// | --- | --- |
/// | `preference` | `chosen` and `rejected` |
/// | `messages`, `rated` | `messages` |
/// | `shareGPT`, `rated` | `conversations` |
/// | `alpaca`, `ranked`, `rated` | `instruction`, or `input` with an answer |
/// | `prompt`, `rated` | `prompt` |
/// | `question` | `question` |
/// | `text` | `text` |
///
/// An answer is the first there is of `output`, `response`, `answer`, `completion`, `chosen`; it may
/// be missing, which makes a sample without a response. To an `instruction` without an answer belong
/// `instances`, as in the seed tasks of Self-Instruct: a list of objects with `input` and `output`.
/// They are turns in their order, the instruction standing before the first input.
public enum RecordShape: UInt8, CaseIterable, Equatable, Sendable {
  /// No shape: the record is unreadable.
  case none = 0
  /// `instruction`, `input` (where it is absent or empty, `context`), an answer or `instances`,
  /// `system`, `history` as pairs.
  case alpaca = 1
  /// Alpaca with a list of answers, the best first; the others are `rejected`.
  case ranked = 2
  /// `conversations` of `from` and `value`, perhaps with `system`.
  case shareGPT = 3
  /// `messages` of `role` and `content`.
  case messages = 4
  /// `prompt` with an answer, each a string or messages.
  case prompt = 5
  /// `question` with an answer.
  case question = 6
  /// `chosen` and `rejected`, and what was asked in `conversations`, `messages`, `prompt`,
  /// `instruction` or `question`, or within `chosen` itself. Of a conversation in `rejected` the last
  /// answer is the dispreferred one, with every message that differs from the one of `chosen` at its
  /// place.
  case preference = 7
  /// A conversation, an instruction with one answer, or a prompt, with a boolean `label` or `kto_tag`:
  /// is the answer desirable?
  case rated = 8
  /// `text` alone.
  case text = 9
  /// The fields that the caller named.
  case fields = 10
}

/// 128 bits that tell samples apart by what they say.
///
/// Covers, in order, the role, the message and the unescaped UTF-8 of every text that is not empty;
/// tool calls as they are written without white space; and parts of a message that are no text, such
/// as an image. Two messages differ from one with two texts. A message with nothing in it counts with
/// its role, so `output` empty is not `output` absent; an empty `input`, `system` or named field is as
/// an absent one.
///
/// It also covers what stands beside the texts and changes what is trained: the boolean `label` and
/// `kto_tag` that make the shape `rated`, and `images`, `image`, `videos`, `video`, `audios`, `audio`,
/// `tools` and `functions` at the top of the record, whatever they hold; null, and an empty string,
/// list or object, are as absent.
///
/// It does not cover keys, their order, other columns, white space, escapes (but in tool calls), or
/// the shape: the same conversation as `messages` and as ShareGPT has one hash, on every machine and
/// in every version. Not made to withstand someone who seeks collisions.
public struct ContentHash: Hashable, Comparable, Sendable {
  /// The first 64 bits.
  public var high: UInt64
  /// The last 64 bits.
  public var low: UInt64

  /// Makes a hash out of its halves.
  ///
  /// - Parameters:
  ///   - high: The first 64 bits.
  ///   - low: The last 64 bits.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Orders by value, as one 128-bit number.
  ///
  /// - Parameters:
  ///   - left: A hash.
  ///   - right: Another.
  /// - Returns: Whether `left` is the smaller number.
  @inlinable
  public static func < (left: ContentHash, right: ContentHash) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

/// One text of a record: its role, and where its bytes lie in the block.
public struct TextPart: Equatable, Sendable {
  /// Where the bytes start among the block's texts.
  @usableFromInline var offset: Int
  /// How many bytes of UTF-8 the text has.
  public var byteCount: Int
  /// Who speaks.
  public var role: TextRole
  /// Which message of the record the text belongs to, from 0; a message may have several texts.
  public var message: Int
}

/// Where a record lies in its source, to find it again.
public struct RecordLocation: Equatable, Sendable {
  /// Where the record starts, in bytes of the decompressed source.
  public var byteOffset: Int
  /// How many bytes it takes there, without a line ending.
  public var byteCount: Int

  /// Makes a location.
  ///
  /// - Parameters:
  ///   - byteOffset: Where the record starts, at least 0.
  ///   - byteCount: How many bytes it takes, at least 0.
  @inlinable
  public init(byteOffset: Int, byteCount: Int) {
    self.byteOffset = byteOffset
    self.byteCount = byteCount
  }
}

/// One record of a block: a sample, or, where the reader was told to go on, an unreadable line.
public struct Record: Sendable {
  /// Its place in the block's `records`.
  public var index: Int
  /// In a file of lines the 1-based line, blank lines counted; in a JSON array the 1-based number of
  /// the element.
  public var line: Int
  /// Where it lies in its source.
  public var location: RecordLocation
  /// Its length as a line of JSONL, without line ending: `location.byteCount`, but for an element of
  /// an array that stood on several lines.
  public var lineByteCount: Int
  /// Whether it is a sample; if not, `ParsedBlock.problem(of:)` says why.
  public var isReadable: Bool
  /// Its shape.
  public var shape: RecordShape
  /// Its texts, as indices of the block's `parts`.
  public var parts: Range<Int>
  /// How many messages are prompts or responses.
  public var turns: Int
  /// What its content hashes to; zero when unreadable.
  public var contentHash: ContentHash
  /// Whether it has a top-level `id` that is not null.
  public var hasIdentifier: Bool { identifierByteCount > 0 }

  var lineOffset: Int
  var identifierOffset: Int
  var identifierByteCount: Int
}
