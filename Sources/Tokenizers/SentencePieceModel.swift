import CSentencePiece

/// A model of SentencePiece, a file that is mostly named `tokenizer.model`, encoded by Debian's
/// `libsentencepiece`.
///
/// The library is opened when a model is first read. It counts without the tokens of a beginning and an end.
@safe public final class SentencePieceModel: @unchecked Sendable {
  // Only read after it was made, and the library allows any number of threads that.
  private let model: OpaquePointer
  /// How texts are cut into parts that count for themselves; `nil` where they are not.
  let spaces: SentencePieceSpaces?

  /// Reads a model.
  ///
  /// - Parameter bytes: The contents of the file.
  /// - Throws: `TokenizersError.sentencePieceMissing` where the library is not installed,
  ///   `notSentencePiece` where it does not take the bytes for a model.
  public init(parsing bytes: Span<UInt8>) throws(TokenizersError) {
    var made: OpaquePointer?
    var reason = [CChar](repeating: 0, count: 512)
    // Bytes and reason live as long as the call, which writes no more than it is told.
    let status = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe gamut_sentencepiece_load(
        buffer.baseAddress, Int64(buffer.count), &made, &reason, Int64(reason.count))
    }
    let said = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: said, as: UTF8.self)
    guard let made = unsafe made else {
      throw status == GAMUT_SENTENCEPIECE_NO_LIBRARY
        ? .sentencePieceMissing(reason: text) : .notSentencePiece(reason: text)
    }
    unsafe model = made
    spaces = SentencePieceSpaces(model: bytes)
  }

  deinit { unsafe gamut_sentencepiece_destroy(model) }

  /// How many tokens a text has; `nil` where the library does not encode it.
  func count(_ text: Span<UInt8>) -> Int? {
    let count = unsafe text.withUnsafeBufferPointer { buffer in
      unsafe gamut_sentencepiece_count(model, buffer.baseAddress, Int64(buffer.count))
    }
    return count < 0 ? nil : Int(count)
  }
}
