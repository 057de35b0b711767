import Glibc
import LinearAlgebra
import TestSupport
import Testing

@testable import Storage

@Suite struct NumPyArrayTests {
  let folder = TemporaryFolder()

  /// A file of a header as given, unpadded, and data.
  func make(
    _ text: String, version: UInt8 = 1, data: [UInt8] = [], name: String = "a.npy"
  ) -> String {
    let length = text.utf8.count
    var bytes: [UInt8] = [0x93] + "NUMPY".utf8 + [version, 0, UInt8(length & 255)]
    bytes.append(UInt8(length >> 8))
    if version > 1 { bytes += [0, 0] }
    return folder.make(name, bytes + text.utf8 + data)
  }

  func header(_ type: String = "<f4", order: String = "False", shape: String = "(2, 3)") -> String {
    "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
  }

  func data<Element: FixedWidthInteger>(_ patterns: [Element]) -> [UInt8] {
    patterns.flatMap { pattern in
      (0..<Element.bitWidth / 8).map { UInt8(truncatingIfNeeded: pattern >> ($0 * 8)) }
    }
  }

  func read(_ array: NumPyArray, _ rows: Range<Int>) throws -> [Float] {
    var buffer = [Float](repeating: -1, count: rows.count * array.columnCount)
    var span = buffer.mutableSpan
    try array.readRows(rows, into: &span)
    return buffer
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func `halves, floats and doubles are read in every version`(version: UInt8) throws {
    let values: [Float] = [0, -1.5, 2, 1_024, 0.25, -0.0]
    for (type, bytes) in [
      ("<f2", data(values.map { Float16($0).bitPattern })),
      ("<f4", data(values.map { $0.bitPattern })),
      ("<f8", data(values.map { Double($0).bitPattern })),
    ] {
      let array = try NumPyArray(path: make(header(type), version: version, data: bytes))
      #expect(array.rowCount == 2)
      #expect(array.columnCount == 3)
      #expect(array.elementType.rawValue == type)
      #expect(try read(array, 0..<2).map(\.bitPattern) == values.map(\.bitPattern))
      #expect(try read(array, 1..<2) == [1_024, 0.25, -0.0])
      #expect(try read(array, 1..<1) == [])
    }
  }

  @Test func `large arrays are converted chunk by chunk`() throws {
    let values = (0..<50_001).map { Float($0 % 2_048) }
    let shape = "(50001, 1)"
    for (type, bytes) in [
      ("<f2", data(values.map { Float16($0).bitPattern })),
      ("<f8", data(values.map { Double($0).bitPattern })),
    ] {
      let array = try NumPyArray(path: make(header(type, shape: shape), data: bytes))
      #expect(try read(array, 0..<50_001) == values)
      #expect(try read(array, 7..<40_000) == Array(values[7..<40_000]))
    }
  }

  @Test func `one dimension is a column where that is accepted`() throws {
    let path = make(header(shape: "(3,)"), data: [UInt8](repeating: 0, count: 12))
    #expect(throws: StorageError.unreadableArray(path: path, problem: .wrongShape, found: "(3,)")) {
      try NumPyArray(path: path)
    }
    let array = try NumPyArray(path: path, acceptsColumn: true)
    #expect(array.rowCount == 3)
    #expect(array.columnCount == 1)
  }

  @Test func `an array may have no rows, but not no columns`() throws {
    let array = try NumPyArray(path: make(header(shape: "(0, 3)")))
    #expect(array.rowCount == 0 && array.columnCount == 3)
    for shape in ["(3, 0)", "(0, 0)"] {
      let path = make(header(shape: shape))
      #expect(throws: StorageError.unreadableArray(path: path, problem: .noColumns, found: shape)) {
        try NumPyArray(path: path)
      }
    }
  }

  @Test(arguments: [
    (">f4", "(2, 3)", StorageError.ArrayProblem.unsupportedType, ">f4"),
    ("|O", "(2, 3)", .unsupportedType, "|O"),
    ("<i8", "(2, 3)", .unsupportedType, "<i8"),
    ("<f4", "()", .wrongShape, "()"),
    ("<f4", "(1, 2, 3)", .wrongShape, "(1, 2, 3)"),
    ("<f4", "(4611686018427387904, 4)", .wrongShape, "(4611686018427387904, 4)"),
  ])
  func `other types and shapes are refused`(
    type: String, shape: String, problem: StorageError.ArrayProblem, found: String
  ) {
    let path = make(header(type, shape: shape))
    #expect(throws: StorageError.unreadableArray(path: path, problem: problem, found: found)) {
      try NumPyArray(path: path)
    }
  }

  @Test func `columns after one another, and structures, are refused`() {
    var path = make(header(order: "True"), data: [UInt8](repeating: 0, count: 24))
    #expect(
      throws: StorageError.unreadableArray(path: path, problem: .columnMajor, found: "(2, 3)")
    ) { try NumPyArray(path: path) }
    let fields = "[('a', '<f4'), ('b]', '<f4', (2,))]"
    path = make("{'descr': \(fields), 'fortran_order': False, 'shape': (2, 3), }")
    #expect(
      throws: StorageError.unreadableArray(path: path, problem: .unsupportedType, found: fields)
    ) { try NumPyArray(path: path) }
  }

  @Test(arguments: [
    "", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x",
    "{'descr': '<f4', 'fortran_order': false, 'shape': (2, 3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
    "{'descr': '<f4 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr': [('a', '<f4', 'fortran_order': False, 'shape': (2, 3)}",
    "{'descr', '<f4'}", "{'", "[",
  ])
  func `a header out of order is refused`(text: String) {
    let path = make(text)
    let error = #expect(throws: StorageError.self) { try NumPyArray(path: path) }
    guard case .unreadableArray(path, .malformedHeader, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test func `quotes, spaces, order of keys and old long numbers do not matter`() throws {
    let text = "{ \"shape\":(2L , 3L,),\n 'fortran_order' :False,'descr':'<f4'}"
    let array = try NumPyArray(path: make(text, data: [UInt8](repeating: 0, count: 24)))
    #expect(array.rowCount == 2)
    #expect(array.columnCount == 3)
  }

  @Test func `files that are no arrays are refused`() {
    for bytes in [
      [], [0x93], Array("{\"a\": 1}\n{\"a\": 2}\n".utf8), Array("PK\u{3}\u{4}numpyz".utf8),
    ] {
      let path = folder.make("b", bytes)
      let error = #expect(throws: StorageError.self) { try NumPyArray(path: path) }
      guard case .unreadableArray(path, .notNumPy, _)? = error else {
        Issue.record("another error: \(String(describing: error))")
        continue
      }
    }
    let path = folder.make("b", [0x93] + "NUMPY".utf8 + [4, 0, 0, 0, 0, 0])
    #expect(
      throws: StorageError.unreadableArray(path: path, problem: .malformedHeader, found: "4.0")
    ) { try NumPyArray(path: path) }
    #expect(throws: StorageError.cannotOpen(path: folder.file("none"), code: ENOENT)) {
      try NumPyArray(path: folder.file("none"))
    }
  }

  @Test func `every way of cutting a file short is noticed`() throws {
    let whole = try #require(
      { () -> [UInt8]? in
        _ = make(header(), data: [UInt8](repeating: 1, count: 24))
        return folder.bytes("a.npy")
      }())
    for count in 0..<whole.count {
      let path = folder.make("cut", Array(whole[..<count]))
      #expect(throws: StorageError.self, "\(count)") { try NumPyArray(path: path) }
      if count > 10 {
        let expected = count < whole.count - 24 ? whole.count - 24 : whole.count
        #expect(
          throws: StorageError.endsEarly(path: path, expectedBytes: expected, foundBytes: count)
        ) { try NumPyArray(path: path) }
      }
    }
    let path = folder.make("long", whole + [0, 0])
    #expect(throws: StorageError.unreadableArray(path: path, problem: .trailingBytes, found: "2")) {
      try NumPyArray(path: path)
    }
  }

  @Test func `components are fitted straight from a file`() throws {
    let values: [Float] = [1, 5, 2, 5, 6, 5]
    let path = make(header(shape: "(3, 2)"), data: data(values.map(\.bitPattern)))
    let fit = try PrincipalComponents.fit(
      try NumPyArray(path: path).rowSource, count: 1, threads: 2)
    #expect(fit.mean == [3, 5])
    #expect(fit.components.elements == [1, 0])
    var bad = values
    bad[3] = .nan
    let worse = make(header(shape: "(3, 2)"), data: data(bad.map(\.bitPattern)), name: "bad")
    #expect(throws: LinearAlgebraError.notFinite(row: 1)) {
      try PrincipalComponents.fit(try NumPyArray(path: worse).rowSource, count: 1, threads: 2)
    }
  }

  @Test func `what is written is read again`() throws {
    let values = (0..<12).map { Double($0) / 8 }
    for shape in [[3, 4], [12, 1], [12]] {
      let output = try StagedOutput(path: folder.file("w"), replacing: true)
      try output.writeNumPyArray(values.span, shape: shape)
      try output.commit()
      let array = try NumPyArray(path: folder.file("w"), acceptsColumn: true)
      #expect(try read(array, 0..<shape[0]) == values.map { Float($0) })
      let bytes = try #require(folder.bytes("w"))
      #expect((bytes.count - 12 * 8).isMultiple(of: 64))
    }
  }

  /// Whether a Python with NumPy can be started.
  static let hasNumPy = run(["python3", "-c", "import numpy"]) == 0

  /// Runs a program found by the search path; its exit status.
  static func run(_ arguments: [String]) -> Int32 {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { for index in arguments.indices { unsafe free(pointers[index]) } }
    var process = pid_t()
    guard unsafe posix_spawnp(&process, arguments[0], nil, nil, pointers, environ) == 0 else {
      return -1
    }
    var status: Int32 = 0
    unsafe waitpid(process, &status, 0)
    return status
  }

  @Test(.enabled(if: hasNumPy, "python3 with numpy is not installed"))
  func `NumPy reads what is written, and would have written the same bytes`() throws {
    func write<Element: NumPyElement>(_ name: String, _ values: [Element], _ shape: [Int]) throws {
      let output = try StagedOutput(path: folder.file(name))
      try output.writeNumPyArray(values.span, shape: shape)
      try output.commit()
    }
    try write("float16.2x3", [0, 1, -2, 0.5, 8, 9] as [Float16], [2, 3])
    try write("float32.2x3", [0, 1, -2, 0.5, 8, 9] as [Float], [2, 3])
    try write("float64.6", [0, 1, -2, 0.5, 8, 9] as [Double], [6])
    try write("uint8.0", [] as [UInt8], [0])
    try write("uint16.3x1", [1, 2, 65_535] as [UInt16], [3, 1])
    try write("uint32.3", [1, 2, .max] as [UInt32], [3])
    try write("uint64.3", [1, 2, .max] as [UInt64], [3])
    try write("int32.3", [1, -2, .min] as [Int32], [3])
    try write("int64.0x5", [] as [Int64], [0, 5])
    let script = """
      import io, os, sys, numpy
      for name in os.listdir(sys.argv[1]):
          path = os.path.join(sys.argv[1], name)
          array = numpy.load(path)
          kind, shape = name.split('.')
          assert array.dtype == numpy.dtype(kind), name
          assert array.shape == tuple(int(n) for n in shape.split('x')), name
          if kind == 'int32': assert array.tolist() == [1, -2, -2**31]
          if kind == 'uint64': assert array.tolist() == [1, 2, 2**64 - 1]
          if kind.startswith('float'): assert array.ravel().tolist() == [0, 1, -2, 0.5, 8, 9]
          again = io.BytesIO()
          numpy.save(again, array)
          assert again.getvalue() == open(path, 'rb').read(), name
      """
    #expect(Self.run(["python3", "-c", script, folder.path]) == 0)
  }
}
