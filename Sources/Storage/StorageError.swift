/// What went wrong with a file: facts only, worded by the tool.
public enum StorageError: Error, Equatable, Sendable {
  /// The file could not be opened; `code` is the system's `errno`.
  case cannotOpen(path: String, code: Int32)
  /// Reading failed at a byte offset; `code` is the system's `errno`.
  case cannotRead(path: String, offset: Int, code: Int32)
  /// The file ended early.
  case endsEarly(path: String, expectedBytes: Int, foundBytes: Int)
  /// The file was changed by someone else between two readings.
  case changedWhileReading(path: String)
  /// Writing failed; `code` is the system's `errno`.
  case cannotWrite(path: String, code: Int32)
  /// The output stands already, and replacing it was not asked for.
  case outputExists(path: String)
  /// What stands under a folder's name is no folder of its kind, and stays.
  case notReplaceable(path: String)
  /// Two outputs of one run, or an input and an output, are the same file.
  case sameFileTwice(path: String)
  /// Not a `.npy` file, or one of a kind that is not read; `found` is what stands there.
  case unreadableArray(path: String, problem: ArrayProblem, found: String)

  /// Why a `.npy` file cannot be read.
  public enum ArrayProblem: Equatable, Sendable {
    /// The first bytes are not NumPy's.
    case notNumPy
    /// The header is not one this reader understands.
    case malformedHeader
    /// The element type is none of float16, float32 and float64, little-endian.
    case unsupportedType
    /// The array lies in Fortran (column-major) order.
    case columnMajor
    /// The array has not the number of dimensions asked for.
    case wrongShape
    /// Its rows have no numbers.
    case noColumns
    /// It has not one dimension.
    case notAList
    /// Its elements are not whole numbers of 32 or 64 bits, or of fewer without a sign.
    case notWhole
    /// A whole number is beyond the range of `Int`; found is the number.
    case tooLarge
    /// More bytes follow the data than the header announces; found is their number.
    case trailingBytes
  }
}
