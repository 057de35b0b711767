import TestSupport
import Testing

@testable import Samples

@Suite struct PlainPagesTests {
  /// A page of values as duckdb writes it, with or without statistics.
  private func page(_ values: [Float], hasStatistics: Bool = false, encoding: UInt8 = 0) -> [UInt8]
  {
    let levels: [UInt8] = number(values.count << 1) + [1]
    let size = 4 + levels.count + 4 * values.count
    var bytes: [UInt8] = [0x15, 0x00, 0x15] + number(size << 1) + [0x15] + number(size << 1)
    bytes += [0x2C, 0x15] + number(values.count << 1) + [0x15, encoding << 1, 0x15, 6, 0x15, 6]
    // Two of the texts that tell the largest and the smallest value.
    if hasStatistics { bytes += [0x1C, 0x18, 2, 65, 66, 0x18, 0, 0] }
    bytes += [0, 0] + little(levels.count) + levels
    for value in values { bytes += little(Int(value.bitPattern)) }
    return bytes
  }

  private func number(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private func little(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func read(_ file: [UInt8], count: Int, pieces: [Int]) -> [Float]? {
    var pages = PlainPages()
    var left = count
    var values: [Float] = []
    var start = 0
    for piece in pieces {
      let end = min(start + piece, file.count)
      let isKnown = try? pages.take(file[start..<end], upTo: &left) { bytes in
        let bytes = Array(bytes)
        for index in stride(from: 0, to: bytes.count, by: 4) {
          let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << (8 * $1) }
          values.append(Float(bitPattern: bits))
        }
      }
      guard isKnown == true else { return nil }
      start = end
    }
    return left == 0 ? values : nil
  }

  @Test(arguments: 0..<20)
  func `values come whole, however the file is cut into pieces`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    var file = Array("PAR1".utf8)
    var values: [Float] = []
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      let count = Int.random(in: 1...300, using: &generator)
      let more = (0..<count).map { _ in Float.random(in: -9...9, using: &generator) }
      file += page(more, hasStatistics: Bool.random(using: &generator))
      values += more
    }
    file += Array("what a footer is".utf8)
    var pieces: [Int] = []
    while pieces.reduce(0, +) < file.count {
      pieces.append(Int.random(in: 1...(seed % 2 == 0 ? 9 : 700), using: &generator))
    }
    #expect(read(file, count: values.count, pieces: pieces) == values)
  }

  @Test func `another file, another encoding and a value that is not there are refused`() {
    let mark = Array("PAR1".utf8)
    #expect(read(mark + page([1, 2]), count: 2, pieces: [100]) == [1, 2])
    #expect(read(Array("NUMPY".utf8), count: 2, pieces: [100]) == nil)
    #expect(read(mark + page([1, 2], encoding: 8), count: 2, pieces: [100]) == nil)
    // A page that says three values and holds two.
    var short = page([1, 2])
    let place = short.firstIndex(of: 0x2C) ?? 0
    short[place + 2] = 6
    #expect(read(mark + short, count: 3, pieces: [100]) == nil)
    #expect(read(mark + page([1, 2]), count: 3, pieces: [100]) == nil)
  }
}

@Suite struct ParquetColumnTests {
  @Test(arguments: [
    ("FLOAT[]", true), ("DOUBLE[]", true), ("FLOAT[384]", true), ("BIGINT[]", true),
    ("FLOAT", false), ("VARCHAR[]", false), ("FLOAT[][]", false), ("STRUCT(a FLOAT[])", false),
  ])
  func `lists of numbers are vectors`(type: String, isVector: Bool) {
    #expect(ParquetTable.Column(name: "v", type: type).isVector == isVector)
  }

  @Test(arguments: [
    ("BLOB", true), ("STRUCT(bytes BLOB, path VARCHAR)", true), ("BLOB[]", true),
    ("MAP(VARCHAR, BLOB)", true), ("STRUCT(\"BLOB\" VARCHAR)", false), ("ENUM('BLOB', 'x')", false),
    ("VARCHAR", false), ("STRUCT(blob VARCHAR)", false),
  ])
  func `bytes are found wherever they stand`(type: String, holdsBytes: Bool) {
    #expect(ParquetTable.Column(name: "v", type: type).holdsBytes == holdsBytes)
  }
}
