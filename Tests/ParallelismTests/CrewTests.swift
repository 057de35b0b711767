import Dispatch
import Glibc
import Parallelism
import Synchronization
import Testing

struct CrewTests {
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 1000])
  func `every index is worked on once`(threads: Int, count: Int) {
    let times = (0..<count).map { _ in Box() }
    forEachIndex(below: count, threads: threads) { index in times[index].add() }
    #expect(times.allSatisfy { $0.value == 1 })
  }

  @Test(.enabled(if: sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1, "needs two processors"))
  func `a job among jobs has threads of its own`() {
    // Each of two inner jobs waits for the other to come: alone, on one thread, none would.
    let met = Box()
    forEachIndex(below: 2, threads: 2) { outer in
      guard outer == 0 else { return }
      let arrived = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
      forEachBlockInOrder(among: arrived) { met.add() }
    }
    #expect(met.value == 2)
  }

  @Test func `jobs within jobs within jobs end, however few threads there are`() {
    let done = Box()
    forEachIndex(below: 6, threads: 8) { _ in
      forEachIndex(below: 5, threads: 8) { _ in
        forEachIndex(below: 4, threads: 8) { _ in done.add() }
      }
    }
    #expect(done.value == 120)
  }

  /// Two blocks, each of which waits until the other is worked on as well.
  private func forEachBlockInOrder(
    among arrived: [DispatchSemaphore], met: @escaping @Sendable () -> Void
  ) {
    forEachPartInOrder(
      [0, 1], threads: 2, makeWorker: {},
      work: { (_: inout Void, place: Int) -> Bool in
        arrived[place].signal()
        return arrived[1 - place].wait(timeout: .now() + 20) == .success
      },
      consume: { if $0 { met() } })
  }

  private final class Box: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() { count.wrappingAdd(1, ordering: .relaxed) }
  }
}
