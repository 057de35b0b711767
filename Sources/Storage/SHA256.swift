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
