import Numbers
import TestSupport
import Testing

@Suite struct KthLargestTests {
  @Test(arguments: 0..<30)
  func `the k-th largest stands in the k-th place once sorted`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let values = (0..<1 + 3 * seed).map { _ in Float(random.coarse(levels: 1 + seed)) }
    let sorted = values.sorted(by: >)
    for k in 1...values.count {
      var copy = values
      #expect(kthLargest(k, of: &copy) == sorted[k - 1])
      #expect(copy.sorted(by: >) == sorted)
    }
  }
}
