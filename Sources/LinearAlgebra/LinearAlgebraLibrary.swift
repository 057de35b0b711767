// Unsafe: the texts that the library tells are C strings.
internal import CLinearAlgebra

/// The library behind matrix products and eigenvectors.
public enum LinearAlgebraLibrary {
  /// Loads the library, which happens once a process; fitting does it by itself.
  ///
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  public static func open() throws(LinearAlgebraError) {
    var message = [CChar](repeating: 0, count: 512)
    // The message is written within its bounds, with a zero at its end.
    let status = unsafe message.withUnsafeMutableBufferPointer { buffer in
      unsafe gamut_blas_open(buffer.baseAddress, buffer.count)
    }
    guard status != 0 else { return }
    let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw .libraryUnavailable(problem: String(decoding: text, as: UTF8.self))
  }

  /// The processor kernel in use, such as "SkylakeX"; empty while the library is not loaded.
  public static var coreName: String { unsafe String(cString: gamut_blas_core_name()) }

  /// The library's version and build; empty while it is not loaded.
  public static var configuration: String { unsafe String(cString: gamut_blas_config()) }
}
