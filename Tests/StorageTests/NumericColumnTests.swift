import Glibc
import TestSupport
import Testing

@testable import Storage

/// Numbers in the narrowest type that holds them, written and read again.
@Suite struct NumericColumnTests {
  let folder = TemporaryFolder()

  /// Writes a column and opens it again.
  private func stored(
    _ column: NumericColumn, shape: [Int]? = nil
  ) throws -> (file: NumericColumnFile, sha256: String?) {
    let path = folder.file("c.npy")
    let output = try StagedOutput(path: path, replacing: true)
    output.addUpHash()
    try column.write(to: output, shape: shape)
    try output.commit()
    return (try NumericColumnFile(path: path, count: column.count), output.sha256)
  }

  /// Opens a file and reads it as numbers, which takes any type but hashes.
  private func numbers(_ path: String, count: Int) throws -> [Double] {
    try NumericColumnFile(path: path, count: count).numbers().values
  }

  @Test func `counts take the narrowest type and come back`() throws {
    for (values, expected) in [
      ([], NumericColumn.bytes([])), ([0, 255], .bytes([0, 255])), ([256], .halves([256])),
      ([0, 65_535], .halves([0, 65_535])), ([1, 65_536], .words([1, 65_536])),
      ([.max], .words([.max])),
    ] as [([UInt32], NumericColumn)] {
      let column = NumericColumn(packing: values)
      #expect(column == expected)
      let (file, sha256) = try stored(column)
      let found = try file.counts()
      #expect(found.values == values)
      #expect(found.sha256 == sha256)
    }
  }

  @Test func `rows are those of the whole column, and the digest is that of the whole file`() throws
  {
    for seed in 0..<12 {
      var random = SeededGenerator(seed: seed)
      // More than one piece of the file's reading, and fewer.
      let count = [1, 7, 40_000, 100_001][seed % 4]
      let greatest: UInt32 = [200, 60_000, .max][seed % 3]
      let values = (0..<count).map { _ in UInt32.random(in: 0...greatest, using: &random) }
      let rows = (0..<count).filter { _ in Int.random(in: 0..<9, using: &random) == 0 }
      for rows in [rows, [], [0], [count - 1], Array(0..<count)] {
        let (file, sha256) = try stored(NumericColumn(packing: values))
        let found = try file.counts(at: rows)
        #expect(found.values == rows.map { values[$0] })
        #expect(found.sha256 == sha256)
        #expect(try file.offsets(at: rows).values == rows.map { Int(values[$0]) })
      }
      let longs = (0..<count).map { _ in UInt64.random(in: 0...(.max), using: &random) }
      #expect(try stored(.longs(longs)).file.longs(at: rows).values == rows.map { longs[$0] })
      let floats = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
      #expect(try stored(.singles(floats)).file.floats(at: rows).values == rows.map { floats[$0] })
    }
  }

  @Test func `a whole number beyond the range is told with the number`() throws {
    #expect(try stored(.longs([3, 1 << 63 - 1])).file.integers().values == [3, .max])
    let path = folder.file("c.npy")
    #expect(
      throws: StorageError.unreadableArray(
        path: path, problem: .tooLarge, found: "9223372036854775808")
    ) { _ = try stored(.longs([3, 1 << 63])).file.integers() }
  }

  @Test func `a row that the column does not have is refused`() async {
    await #expect(processExitsWith: .failure) {
      let path = TemporaryFolder().file("c.npy")
      let output = try StagedOutput(path: path, replacing: true)
      try NumericColumn.bytes([1, 2]).write(to: output)
      try output.commit()
      _ = try NumericColumnFile(path: path, count: 2).counts(at: [2])
    }
  }

  @Test func `offsets take the narrowest type and come back`() throws {
    for values in [[], [0], [255], [256], [65_536], [1 << 32 - 1], [1 << 32], [0, .max]] as [[Int]]
    {
      #expect(try stored(NumericColumn(packing: values)).file.offsets().values == values)
    }
    #expect(NumericColumn(packing: [1 << 32]) == .longs([1 << 32]))
    // What no offset can be.
    let tooLarge = try stored(.longs([UInt64(Int.max) + 1])).file
    #expect(throws: StorageError.self) { try tooLarge.offsets() }
    let singles = try stored(.singles([1])).file
    #expect(throws: StorageError.self) { try singles.offsets() }
    let signed = try stored(.signed([1])).file
    #expect(throws: StorageError.self) { try signed.counts() }
    let doubles = try stored(.doubles([1])).file
    #expect(throws: StorageError.self) { try doubles.floats() }
    let longs = try stored(.longs([1])).file
    #expect(throws: StorageError.self) { try longs.numbers() }
    #expect(throws: StorageError.self) { try longs.bytes() }
    let bytes = try stored(.bytes([1])).file
    #expect(throws: StorageError.self) { try bytes.longs() }
    // Numbers of bins and samples.
    for values in [[0, 255], [256], [65_536], [UInt32(Int32.max)]] as [[UInt32]] {
      #expect(
        try stored(NumericColumn(packing: values)).file.signed().values == values.map { Int32($0) })
    }
    #expect(try stored(.signed([-1, 3])).file.signed().values == [-1, 3])
    let beyond = try stored(.words([1 << 31])).file
    #expect(throws: StorageError.self) { try beyond.signed() }
  }

  /// Special values first, then random ones of many kinds.
  private static let specials: [Double] = [
    0, -0.0, 1, -1, 255, 256, 65_535, 65_536, 0.5, .nan, .infinity, -.infinity, 0.1,
    Double(Float.greatestFiniteMagnitude), .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    Double(Float.leastNonzeroMagnitude), 16_777_217,
  ]

  @Test func `measures and numbers keep every bit but those of a NaN`() throws {
    var random = SeededGenerator(seed: 3)
    var lists: [[Double]] = Self.specials.map { [$0] }
    lists += [[], [0, 255], [3, 256], [2, -0.0], [1, .nan]]
    for _ in 0..<60 {
      let range: Double = [3, 300, 70_000, 1e30][Int.random(in: 0..<4, using: &random)]
      let isWhole = Bool.random(using: &random)
      let hasSpecial = Int.random(in: 0..<4, using: &random) == 0
      var list: [Double] = (0..<Int.random(in: 1..<30, using: &random)).map { _ in
        let value = Double.random(in: 0..<range, using: &random)
        return isWhole ? value.rounded(.down) : value
      }
      if hasSpecial { list.append(Self.specials.randomElement(using: &random) ?? 0.0) }
      lists.append(list)
    }
    for list in lists {
      let floats: [Float] = list.map { Float($0) }
      let floatsBack = try stored(NumericColumn(packing: floats)).file.floats().values
      #expect(floatsBack.map(\.bitPattern) == floats.map(\.bitPattern))
      let back = try stored(NumericColumn(packing: list)).file.numbers().values
      #expect(back.count == list.count)
      #expect(
        zip(back, list).allSatisfy { $0.isNaN ? $1.isNaN : $0.bitPattern == $1.bitPattern })
    }
    #expect(NumericColumn(packing: [1.0, 255] as [Double]) == .bytes([1, 255]))
    #expect(NumericColumn(packing: [0.5] as [Double]) == .singles([0.5]))
    #expect(NumericColumn(packing: [0.1] as [Double]) == .doubles([0.1]))
  }

  @Test func `a column of another size or order is refused`() throws {
    let column = NumericColumn.halves([1, 2, 3, 4, 5, 6])
    #expect(try stored(column, shape: [2, 3]).file.counts().values == [1, 2, 3, 4, 5, 6])
    let path = folder.file("c.npy")
    #expect(throws: StorageError.self) { try numbers(path, count: 5) }
    #expect(throws: StorageError.self) { try numbers(path, count: -1) }
    let whole = try #require(folder.bytes("c.npy"))
    for cut in [0, 5, 60, 128, whole.count - 1] {
      folder.make("cut.npy", Array(whole[..<cut]))
      #expect(throws: StorageError.self) {
        try numbers(folder.file("cut.npy"), count: 6)
      }
    }
    folder.make("long.npy", whole + [0])
    #expect(throws: StorageError.self) {
      try numbers(folder.file("long.npy"), count: 6)
    }
    folder.make("order.npy", NumPyFile.bytes([[1, 2], [3, 4]], isColumnMajor: true))
    #expect(throws: StorageError.self) {
      try numbers(folder.file("order.npy"), count: 4)
    }
    folder.make("half.npy", NumPyFile.bytes([[1, 2]], as: .half))
    #expect(throws: StorageError.self) {
      try numbers(folder.file("half.npy"), count: 2)
    }
  }

  @Test func `a header of any bytes is read or refused`() throws {
    _ = try stored(.words([1, 2, 3]))
    let whole = try #require(folder.bytes("c.npy"))
    for seed in 0..<500 {
      var random = SeededGenerator(seed: seed)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<128, using: &random)
        let digits = Array("0123456789(),:'<|u{}TF ".utf8)
        bytes[place] =
          Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random) : digits.randomElement(using: &random) ?? 0
      }
      if Bool.random(using: &random) {
        // Numbers of any length where the shape stands.
        let text = String(repeating: "9", count: Int.random(in: 1...19, using: &random))
        bytes.replaceSubrange(60..<60 + text.utf8.count, with: Array(text.utf8))
      }
      folder.make("f.npy", bytes)
      let read = try? numbers(folder.file("f.npy"), count: 3)
      if let read { #expect(read.count == 3) }
    }
  }
}
