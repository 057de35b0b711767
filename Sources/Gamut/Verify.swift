/// Holds a subset against its manifest by choosing it again, or an archive against its digests.
///
/// Of a subset everything is looked at that its manifest tells: its own digest, the sources or the archive it
/// was chosen from, the recipe; then it is made again from these and compared byte for byte, and so are
/// receipts that stand beside it. Nothing is written, but for temporary files where sources are compressed
/// and lines stand in another order than the pool's.
///
/// Of an archive every file is held against size and digest, the index against itself, all columns are
/// loaded as a choice would load them, and on request the sources are read.
///
/// - Parameters:
///   - request: What is to be verified.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: What was found. What is wrong with the data is a finding, not an error.
/// - Throws: `GamutError` for what keeps from looking, such as a disk that cannot be read.
/// - Complexity: For a subset that of choosing it; for an archive O(bytes), those of the sources included
///   where these are read.
public func verify(
  _ request: VerifyRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> VerifyReport {
  do {
    if ArchivePool.isFolder(request.path) {
      var verification = ArchiveVerification(request)
      return try verification.carryOut(onEvent)
    }
    var verification = SubsetVerification(request)
    return try verification.carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}
