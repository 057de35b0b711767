import Samples
import Testing

@testable import Gamut

/// Lines and lengths in 32 bits: an error where they have no room, never another number.
@Suite struct StoredPlaceTests {
  private let most = Int(UInt32.max)

  private func place(line: Int, byteCount: Int, lineByteCount: Int) throws -> StoredPlace {
    try StoredPlace(
      line: line, location: RecordLocation(byteOffset: 7, byteCount: byteCount),
      lineByteCount: lineByteCount, path: "pool")
  }

  @Test func `the largest numbers are kept`() throws {
    let place = try place(line: most, byteCount: most, lineByteCount: most - 1)
    #expect(place.line == .max)
    #expect(place.byteCount == .max)
    #expect(place.lineByteCount == .max)
  }

  @Test func `a line beyond them is an error that names the source and the limit`() {
    do {
      _ = try place(line: most + 1, byteCount: 1, lineByteCount: 1)
      Issue.record("a line number was falsified")
    } catch GamutError.tooManyLines(let path, let limit) {
      #expect(path == "pool")
      #expect(limit == most)
    } catch {
      Issue.record(error)
    }
  }

  @Test(arguments: [(1, Int(UInt32.max)), (Int(UInt32.max) + 1, 1)])
  func `a length beyond them is an error with a place`(byteCount: Int, lineByteCount: Int) {
    #expect(throws: SamplesError.lineTooLong(path: "pool", line: 3, byteOffset: 7)) {
      try place(line: 3, byteCount: byteCount, lineByteCount: lineByteCount)
    }
  }
}
