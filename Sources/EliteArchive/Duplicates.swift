/// Finds, for every sample, the better sample of the same text, if there is one.
///
/// Of samples with equal content the one of best quality stays; ties go to the smallest index, and a
/// sample without quality loses against any with one. With 128 bits the chance that two different texts
/// among 100 million are taken for one is below 10⁻²².
///
/// - Parameters:
///   - high: The leading halves of the content hashes.
///   - low: The other halves.
///   - quality: The quality of each sample; NaN marks one without. A sample that is to stay in any case
///     has an infinite one.
///   - isOut: Whether a sample takes no part: it stays in no other's place, and none in its.
/// - Returns: For each sample the index of the one that stays in its place, or −1 where it stays itself.
/// - Complexity: O(n) expected.
public func betterTwins(
  high: [UInt64], low: [UInt64], quality: [Double], isOut: (Int) -> Bool = { _ in false }
) -> [Int32] {
  let count = high.count
  var capacity = 16
  while capacity < count * 2 { capacity *= 2 }
  let mask = capacity - 1
  var table = [Int32](repeating: -1, count: capacity)
  var twins = [Int32](repeating: -1, count: count)
  var found = false
  for index in 0..<count where !isOut(index) {
    var slot = Int(truncatingIfNeeded: low[index]) & mask
    while true {
      let holder = Int(table[slot])
      if holder < 0 {
        table[slot] = Int32(truncatingIfNeeded: index)
        break
      }
      if high[holder] == high[index] && low[holder] == low[index] {
        found = true
        if isBetter(quality[index], than: quality[holder]) {
          twins[holder] = Int32(truncatingIfNeeded: index)
          table[slot] = Int32(truncatingIfNeeded: index)
        } else {
          twins[index] = Int32(truncatingIfNeeded: holder)
        }
        break
      }
      slot = (slot + 1) & mask
    }
  }
  guard found else { return twins }
  // A twin that lost early may point to one that lost later: follow to the one that stayed. From the
  // back, since whoever beats a holder comes after it and is then settled already: two steps at most.
  for index in stride(from: count - 1, through: 0, by: -1) where twins[index] >= 0 {
    var best = Int(twins[index])
    while twins[best] >= 0 { best = Int(twins[best]) }
    twins[index] = Int32(truncatingIfNeeded: best)
  }
  return twins
}

/// Whether a quality beats another one that came earlier in the pool; NaN stands for none.
private func isBetter(_ quality: Double, than earlier: Double) -> Bool {
  earlier.isNaN ? !quality.isNaN : quality > earlier
}
