/// Bytes of a stored embedding.
///
/// All numbers little-endian, d the dimension, m the row count:
///
/// | offset | bytes | field |
/// | --- | --- | --- |
/// | 0 | 8 | `GAMUTEMB` |
/// | 8 | 4 | version, 1 |
/// | 12 | 4 | kind of rows: 0 learned, 1 drawn |
/// | 16 | 4 | d, 1...1024 |
/// | 20 | 4 | m: learned rows, at most 65,535; 0 when drawn |
/// | 24 | 8 | seed |
/// | 32 | 8 | mean of log(1 + words), float64 |
/// | 40 | 8 | its deviation, float64; 0 removes no length |
/// | 48 | 4 d | mean vector, float32 |
/// | 48 + 4 d | 4 d | share of length, float32 |
/// | 48 + 8 d | 2 m | learned: the buckets of the rows, uint16, all different |
/// | 48 + 8 d + 2 m | m d | learned: the rows, int8, row-major |
/// | 48 + 8 d | 65,536 | drawn: the weight of every bucket, 0...127; signs come from the seed |
/// | at last | 8 | checksum of all bytes before: 64-bit FNV-1a |
extension TextEmbedding {
  private static let signature = [UInt8]("GAMUTEMB".utf8)
  private static let version = 1
  private static let headerByteCount = 48
  private static let checksumByteCount = 8

  /// The model as bytes; equal models give equal bytes.
  ///
  /// - Returns: The format described above, about (dimension + 2) · ``knownWordCount`` bytes.
  /// - Complexity: O(bytes).
  public func encode() -> [UInt8] {
    var bytes = Self.signature
    let (kind, rowCount) =
      if case .learned(let buckets) = rows { (0, buckets.count) } else { (1, 0) }
    for number in [Self.version, kind, dimension, rowCount] { bytes.append(UInt32(number)) }
    bytes.append(seed)
    bytes.append(lengthMean.bitPattern)
    bytes.append(lengthDeviation.bitPattern)
    for number in mean.prefix(dimension) { bytes.append(number.bitPattern) }
    for number in slope.prefix(dimension) { bytes.append(number.bitPattern) }
    switch rows {
    case .learned(let buckets):
      for bucket in buckets { bytes.append(bucket) }
      for row in 0..<buckets.count {
        for column in 0..<dimension {
          bytes.append(UInt8(bitPattern: table[row + 1, column]))
        }
      }
    case .drawn(let weights):
      bytes.append(contentsOf: weights)
    }
    bytes.append(Self.checksum(bytes[...]))
    return bytes
  }

  /// The model that the bytes stand for.
  ///
  /// - Parameter bytes: What ``encode()`` returned.
  /// - Throws: ``EmbeddingsError/notATextEmbedding`` for other signatures,
  ///   ``EmbeddingsError/unsupportedVersion(found:supported:)``,
  ///   ``EmbeddingsError/wrongLength(expectedBytes:foundBytes:)`` for cut or extended bytes,
  ///   ``EmbeddingsError/checksumMismatch(expected:found:)`` for changed ones, and
  ///   ``EmbeddingsError/invalidField(_:byteOffset:)`` for a field that no writer writes.
  /// - Complexity: O(bytes); O(65,536 · dimension) for drawn rows.
  public init(decoding bytes: [UInt8]) throws(EmbeddingsError) {
    guard bytes.starts(with: Self.signature) else { throw .notATextEmbedding }
    let least = Self.headerByteCount + Self.checksumByteCount
    guard bytes.count >= least else {
      throw .wrongLength(expectedBytes: least, foundBytes: bytes.count)
    }
    func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
      bytes.number(type, at: offset)
    }
    let version = Int(number(UInt32.self, at: 8))
    guard version == Self.version else {
      throw .unsupportedVersion(found: version, supported: Self.version)
    }
    let kind = number(UInt32.self, at: 12)
    guard kind <= 1 else { throw .invalidField(.kind, byteOffset: 12) }
    let dimension = Int(number(UInt32.self, at: 16))
    guard dimension >= 1 && dimension <= Self.dimensionLimit else {
      throw .invalidField(.dimension, byteOffset: 16)
    }
    let rowCount = Int(number(UInt32.self, at: 20))
    guard rowCount <= (kind == 0 ? Self.knownLimit : 0) else {
      throw .invalidField(.rowCount, byteOffset: 20)
    }
    let rowsOffset = Self.headerByteCount + 8 * dimension
    let end = rowsOffset + (kind == 0 ? (2 + dimension) * rowCount : Self.bucketCount)
    guard bytes.count == end + Self.checksumByteCount else {
      throw .wrongLength(
        expectedBytes: end + Self.checksumByteCount, foundBytes: bytes.count)
    }
    let expected = number(UInt64.self, at: end)
    let found = Self.checksum(bytes[..<end])
    guard found == expected else { throw .checksumMismatch(expected: expected, found: found) }

    let lengthMean = Double(bitPattern: number(UInt64.self, at: 32))
    let lengthDeviation = Double(bitPattern: number(UInt64.self, at: 40))
    guard lengthMean.isFinite && lengthDeviation.isFinite && lengthDeviation >= 0 else {
      throw .invalidField(.lengthMoments, byteOffset: 32)
    }
    func vector(at offset: Int) -> [Float] {
      (0..<dimension).map { Float(bitPattern: number(UInt32.self, at: offset + 4 * $0)) }
    }
    // Entries are means of entries of unit vectors, times a z of deviation 1 for the slope: within
    // -1...1, but for rounding. The bound keeps every vector finite.
    func isPlausible(_ vector: [Float]) -> Bool { vector.allSatisfy { abs($0) <= 2 } }
    let mean = vector(at: Self.headerByteCount)
    guard isPlausible(mean) else {
      throw .invalidField(.mean, byteOffset: Self.headerByteCount)
    }
    let slope = vector(at: Self.headerByteCount + 4 * dimension)
    guard isPlausible(slope) else {
      throw .invalidField(.slope, byteOffset: Self.headerByteCount + 4 * dimension)
    }
    let seed = number(UInt64.self, at: 24)
    let rows: Rows
    let table: WordTable
    if kind == 0 {
      let buckets = (0..<rowCount).map { number(UInt16.self, at: rowsOffset + 2 * $0) }
      guard Set(buckets).count == rowCount else {
        throw .invalidField(.buckets, byteOffset: rowsOffset)
      }
      rows = .learned(buckets: buckets)
      let tableOffset = rowsOffset + 2 * rowCount
      table = Self.learnedTable(buckets: buckets, columnCount: dimension) { row, entries in
        for column in 0..<dimension {
          entries[column] = Int8(bitPattern: bytes[tableOffset + row * dimension + column])
        }
      }
    } else {
      let weights = [UInt8](bytes[rowsOffset..<end])
      guard weights.allSatisfy({ $0 <= Self.largestEntry }) else {
        throw .invalidField(.weights, byteOffset: rowsOffset)
      }
      rows = .drawn(weights: weights)
      table = Self.drawnTable(weights: weights, columnCount: dimension, seed: seed)
    }
    self.init(
      dimension: dimension, seed: seed, rows: rows, table: table,
      length: (lengthMean, lengthDeviation), mean: mean, slope: slope)
  }

  /// 64-bit FNV-1a: enough to see damage, no defence against intent.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  fileprivate func number<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value {
    var number: Value = 0
    for place in 0..<Value.bitWidth / 8 {
      number |= Value(truncatingIfNeeded: self[offset + place]) << (8 * place)
    }
    return number
  }
}
