import Storage

/// The vectors of a pool's samples, read one at a time from where they lie.
struct SampleVectors: Sendable {
  /// How many numbers a vector has.
  let dimension: Int
  /// Writes the vector of a sample, finite numbers.
  let read: @Sendable (Int, inout MutableSpan<Float>) throws -> Void
}

/// The built-in embedding's vectors in a file without a name, 4 bytes a number, in the order of the samples.
final class VectorSpool: Sendable {
  private let file: TemporaryFile
  private let dimension: Int

  /// Makes an empty one.
  ///
  /// - Parameters:
  ///   - dimension: How many numbers a vector has.
  ///   - folder: The folder on whose disk it lies.
  /// - Throws: `StorageError.cannotWrite`.
  init(dimension: Int, folder: String) throws(StorageError) {
    self.dimension = dimension
    file = try TemporaryFile(folder: folder)
  }

  /// Adds the vectors of samples that follow those before.
  func write(_ vectors: [Float]) throws(StorageError) {
    // A float has no bytes but those of its number.
    try file.write(unsafe vectors.span.bytes)
  }

  /// The vectors as they were written.
  func vectors() throws(StorageError) -> SampleVectors {
    let (reading, dimension) = (try file.reopen(), dimension)
    // The file lives as long as what reads it.
    return SampleVectors(dimension: dimension) { [self] sample, vector in
      precondition(vector.count == self.dimension, "a vector has as many numbers as the others")
      // Any four bytes make a float.
      var bytes = unsafe vector.mutableBytes
      try reading.readAll(into: &bytes, at: sample * self.dimension * 4)
    }
  }
}
