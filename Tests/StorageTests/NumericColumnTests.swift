import Glibc
import TestSupport
import Testing

@testable import Storage

/// Numbers in the narrowest type that holds them, written and read again.
@Suite struct NumericColumnTests {
  let folder = TemporaryFolder()

  /// Writes a column and reads it again.
  private func stored(_ column: NumericColumn, shape: [Int]? = nil) throws -> NumericColumn {
    let path = folder.file("c.npy")
    let output = try StagedOutput(path: path, replacing: true)
    output.addUpHash()
    try column.write(to: output, shape: shape)
    try output.commit()
    let found = try NumericColumn.read(path: path, count: column.count)
    #expect(found.sha256 == output.sha256)
    return found.column
  }

  @Test func `counts take the narrowest type and come back`() throws {
    for (values, expected) in [
      ([], NumericColumn.bytes([])), ([0, 255], .bytes([0, 255])), ([256], .halves([256])),
      ([0, 65_535], .halves([0, 65_535])), ([1, 65_536], .words([1, 65_536])),
      ([.max], .words([.max])),
    ] as [([UInt32], NumericColumn)] {
      let column = NumericColumn(packing: values)
      #expect(column == expected)
      #expect(try stored(column) == expected)
      #expect(try stored(column).counts == values)
    }
  }

  @Test func `offsets take the narrowest type and come back`() throws {
    for values in [[], [0], [255], [256], [65_536], [1 << 32 - 1], [1 << 32], [0, .max]] as [[Int]]
    {
      #expect(try stored(NumericColumn(packing: values)).offsets == values)
    }
    #expect(NumericColumn(packing: [1 << 32]) == .longs([1 << 32]))
    // What no offset can be.
    #expect(NumericColumn.longs([UInt64(Int.max) + 1]).offsets == nil)
    #expect(NumericColumn.singles([1]).offsets == nil)
    #expect(NumericColumn.signed([1]).counts == nil)
    #expect(NumericColumn.doubles([1]).floats == nil)
    #expect(NumericColumn.longs([1]).numbers == nil)
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
      let floatsBack = try #require(stored(NumericColumn(packing: floats)).floats)
      #expect(floatsBack.map(\.bitPattern) == floats.map(\.bitPattern))
      let back = try #require(stored(NumericColumn(packing: list)).numbers)
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
    #expect(try stored(column, shape: [2, 3]) == column)
    let path = folder.file("c.npy")
    #expect(throws: StorageError.self) { try NumericColumn.read(path: path, count: 5) }
    #expect(throws: StorageError.self) { try NumericColumn.read(path: path, count: -1) }
    let whole = try #require(folder.bytes("c.npy"))
    for cut in [0, 5, 60, 128, whole.count - 1] {
      folder.make("cut.npy", Array(whole[..<cut]))
      #expect(throws: StorageError.self) {
        try NumericColumn.read(path: folder.file("cut.npy"), count: 6)
      }
    }
    folder.make("long.npy", whole + [0])
    #expect(throws: StorageError.self) {
      try NumericColumn.read(path: folder.file("long.npy"), count: 6)
    }
    folder.make("order.npy", NumPyFile.bytes([[1, 2], [3, 4]], isColumnMajor: true))
    #expect(throws: StorageError.self) {
      try NumericColumn.read(path: folder.file("order.npy"), count: 4)
    }
    folder.make("half.npy", NumPyFile.bytes([[1, 2]], as: .half))
    #expect(throws: StorageError.self) {
      try NumericColumn.read(path: folder.file("half.npy"), count: 2)
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
      let read = try? NumericColumn.read(path: folder.file("f.npy"), count: 3)
      if let read { #expect(read.column.count == 3) }
    }
  }
}
