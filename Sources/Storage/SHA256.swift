internal import CCrypto

/// Adds up the SHA-256 digest (FIPS 180-4) of bytes that come in pieces, by OpenSSL.
///
/// Not for use from two threads at once.
///
/// `@unchecked Sendable` because a hasher is handed from thread to thread, never shared; `@safe`
/// because OpenSSL's context never leaves it.
@safe public final class SHA256: @unchecked Sendable {
  private let context: OpaquePointer

  /// Starts a digest of nothing.
  public init() {
    guard let made = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("no memory is left for a digest of a few hundred bytes")
    }
    unsafe context = made
    let started = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(started == 1, "this OpenSSL offers no SHA-256")
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Takes in more bytes.
  ///
  /// - Parameter bytes: What follows the bytes taken in so far.
  /// - Complexity: O(bytes), about 1.5 to 2 GB a second where the processor has the instructions.
  public func update(_ bytes: Span<UInt8>) {
    // The pointer does not outlive the call.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  /// Takes in more bytes.
  ///
  /// - Parameter bytes: What follows the bytes taken in so far.
  /// - Complexity: As above.
  public func update(_ bytes: RawSpan) {
    // The pointer does not outlive the call.
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  /// Ends the digest; the next bytes start a new one.
  ///
  /// - Returns: The digest as 64 lowercase hexadecimal digits.
  public func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe digest.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    let digits = Array("0123456789abcdef".utf8)
    var hexadecimal: [UInt8] = []
    hexadecimal.reserveCapacity(64)
    for byte in digest {
      hexadecimal.append(digits[Int(byte >> 4)])
      hexadecimal.append(digits[Int(byte & 15)])
    }
    return String(decoding: hexadecimal, as: UTF8.self)
  }
}

extension SHA256 {
  /// The digest of a whole file.
  ///
  /// - Parameter path: The file's path.
  /// - Returns: The digest as 64 lowercase hexadecimal digits.
  /// - Throws: `StorageError.cannotOpen`, `cannotRead`.
  public static func digest(ofFile path: String) throws(StorageError) -> String {
    let file = try InputFile(path: path)
    let hasher = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      var span = buffer.mutableSpan
      let count = try file.read(into: &span, at: offset)
      hasher.update(buffer.span.extracting(first: count))
      offset += count
      if count < buffer.count { return hasher.finish() }
    }
  }
}
