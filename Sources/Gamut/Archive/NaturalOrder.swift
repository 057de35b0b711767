import Samples

/// Whether a text comes before another as people count.
///
/// Runs of digits compare as numbers, all else byte by byte, so that `part-9` precedes `part-10`. Texts
/// that differ only in leading zeros are told apart by their bytes.
///
/// - Complexity: O(bytes).
package func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
  let (one, other) = (Array(left.utf8), Array(right.utf8))
  var (i, j) = (0, 0)
  while i < one.count, j < other.count {
    if isDigit(one[i]), isDigit(other[j]) {
      let first = digits(of: one, from: &i)
      let second = digits(of: other, from: &j)
      if first.count != second.count { return first.count < second.count }
      if first != second { return first.lexicographicallyPrecedes(second) }
    } else {
      if one[i] != other[j] { return one[i] < other[j] }
      i += 1
      j += 1
    }
  }
  if (i < one.count) != (j < other.count) { return i == one.count }
  return one.lexicographicallyPrecedes(other)
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// A run of digits without its leading zeros.
private func digits(of bytes: [UInt8], from index: inout Int) -> ArraySlice<UInt8> {
  let start = index
  while index < bytes.count, isDigit(bytes[index]) { index += 1 }
  return bytes[start..<index].drop { $0 == 0x30 }
}

extension SourceSummary {
  /// Whether it comes before another in an archive: by path as people count, then by content.
  func precedes(_ other: SourceSummary) -> Bool {
    // By bytes: texts that are canonically equivalent are different paths.
    path.utf8.elementsEqual(other.path.utf8)
      ? sha256 < other.sha256 : naturallyPrecedes(path, other.path)
  }
}
