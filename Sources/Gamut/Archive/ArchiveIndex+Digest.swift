import JSON
import Samples
import Storage

extension ArchiveIndex {
  /// What stands before the digest of all that is before it, and behind.
  private static let digestOpening = ",\n  \"index_sha256\": \""
  private static let digestClosing = "\"\n}\n"

  /// The index as it is written.
  var text: String { Self.sealed(json) }

  /// An object as text whose last member is the SHA-256 of the bytes before that member.
  static func sealed(_ object: JSONValue) -> String {
    // Without the end of the object: a line end, a brace, a line end.
    let body = Array(object.pretty.utf8.dropLast(3))
    return String(decoding: body, as: UTF8.self) + digestOpening + digest(body[...])
      + digestClosing
  }

  /// Whether the bytes of a sealed object are those that were written.
  ///
  /// - Parameter bytes: The file.
  /// - Returns: `nil` where no digest stands at the end.
  static func isAsWritten(_ bytes: [UInt8]) -> Bool? {
    let (opening, closing) = (Array(digestOpening.utf8), Array(digestClosing.utf8))
    let bodyCount = bytes.count - opening.count - 64 - closing.count
    guard bodyCount > 0, bytes[bodyCount...].starts(with: opening),
      bytes[(bytes.count - closing.count)...].elementsEqual(closing)
    else { return nil }
    let digest = bytes[(bodyCount + opening.count)..<(bytes.count - closing.count)]
    return digest.elementsEqual(Self.digest(bytes[..<bodyCount]).utf8)
  }

  private static func digest(_ bytes: ArraySlice<UInt8>) -> String {
    let hasher = SHA256()
    hasher.update(bytes.span)
    return hasher.finish()
  }

  /// A segment's name: from the model and what was read, so that it is the same wherever it was made.
  static func segmentIdentity(of sources: [SourceSummary], model: String) -> String {
    identity(of: [model] + sources.flatMap { [$0.path, $0.sha256, "\($0.sampleCount)"] })
  }
}
