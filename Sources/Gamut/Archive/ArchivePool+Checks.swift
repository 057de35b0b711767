import Samples

extension ArchivePool {
  /// Checks that the samples of each source lie one behind the other in it.
  ///
  /// Every file is held against its digest, the index is not: counts that were moved from one source to
  /// another would take samples for those of the wrong file.
  ///
  /// - Parameter rows: The places of samples, in the archive's order.
  /// - Throws: `ArchiveError.malformed`.
  func checkPlaces(of rows: PoolRows) throws(ArchiveError) {
    let columns = rows.columns
    var sample = 0
    for source in rows.sources {
      var end = 0
      var line = 0
      for place in sample..<sample + source.sampleCount {
        let (offset, next) = (columns.byteOffsets[place], Int(columns.lines[place]))
        guard offset >= end, offset < 1 << 56, next > line else {
          throw .malformed(
            path: ArchiveIndex.path(path),
            detail: "the samples of \(source.path) are not where it says")
        }
        end = offset + Int(columns.byteCounts[place])
        line = next
      }
      sample += source.sampleCount
    }
  }
}
