import TestSupport
import Testing

@testable import Embeddings

@Suite struct TextEmbeddingBytesTests {
  private static func bytes(samples: Int) -> [UInt8] {
    let sample = TopicTexts(count: samples, seed: 5).sample()
    return TextEmbedding(fitting: sample, dimension: 5, seed: 77, threads: 1).encode()
  }

  private static let learned = bytes(samples: 40)
  private static let drawn = bytes(samples: 3)

  /// The bytes after a change, with the checksum that belongs to them.
  private func changed(_ bytes: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var body = Array(bytes.dropLast(8))
    change(&body)
    let checksum = TextEmbedding.checksum(body[...])
    for shift in stride(from: 0, to: 64, by: 8) {
      body.append(UInt8(truncatingIfNeeded: checksum >> UInt64(shift)))
    }
    return body
  }

  @Test(arguments: [0, 3, 16, 40, 520])
  func `a stored model is the model`(count: Int) throws {
    let texts = TopicTexts(count: count, seed: 5)
    let model = TextEmbedding(fitting: texts.sample(), dimension: 33, seed: 77, threads: 2)
    let bytes = model.encode()
    let read = try TextEmbedding(decoding: bytes)
    #expect(read.encode() == bytes)
    #expect(read.dimension == 33)
    #expect(read.seed == 77)
    #expect(read.knownWordCount == model.knownWordCount)
    #expect(texts.vectors(read) == texts.vectors(model))
  }

  @Test func `a learned model takes the bytes that its format says`() throws {
    let model = try TextEmbedding(decoding: Self.learned)
    #expect(Self.learned.count == 48 + 8 * 5 + 7 * model.knownWordCount + 8)
    #expect(Self.drawn.count == 48 + 8 * 5 + 65_536 + 8)
  }

  @Test func `every cut is refused`() {
    for count in [0, 1, 7, 8, 20, 55, 56, 60, 90, Self.learned.count - 1] {
      #expect(throws: EmbeddingsError.self) {
        try TextEmbedding(decoding: Array(Self.learned.prefix(count)))
      }
    }
    #expect(
      throws: EmbeddingsError.wrongLength(
        expectedBytes: Self.learned.count, foundBytes: Self.learned.count + 1)
    ) { try TextEmbedding(decoding: Self.learned + [0]) }
    #expect(throws: EmbeddingsError.notATextEmbedding) {
      try TextEmbedding(decoding: Array("PAR1 something else".utf8))
    }
  }

  @Test(arguments: 0..<60)
  func `every changed bit is refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    var bytes = Self.learned
    // The header's bytes first, then any.
    let place = seed < 48 ? seed : Int.random(in: 0..<bytes.count, using: &random)
    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    #expect(throws: EmbeddingsError.self) { try TextEmbedding(decoding: bytes) }
  }

  @Test func `a changed row is a checksum that differs`() {
    var bytes = Self.learned
    bytes[bytes.count - 20] ^= 4
    do throws(EmbeddingsError) {
      _ = try TextEmbedding(decoding: bytes)
      Issue.record("changed bytes were taken")
    } catch {
      guard case .checksumMismatch(let expected, let found) = error else {
        Issue.record("another error: \(error)")
        return
      }
      #expect(expected != found)
    }
  }

  @Test func `fields that no writer writes are named`() {
    func expectInvalid(
      _ field: EmbeddingsError.Field, at offset: Int, _ bytes: [UInt8],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(
        throws: EmbeddingsError.invalidField(field, byteOffset: offset),
        sourceLocation: sourceLocation
      ) { try TextEmbedding(decoding: bytes) }
    }
    let nan: [UInt8] = [0, 0, 0xC0, 0x7F]
    let learned = Self.learned
    expectInvalid(.kind, at: 12, changed(learned) { $0[12] = 2 })
    expectInvalid(.dimension, at: 16, changed(learned) { $0[16] = 0 })
    expectInvalid(.dimension, at: 16, changed(learned) { $0[18] = 1 })
    expectInvalid(.rowCount, at: 20, changed(learned) { $0[22] = 1 })
    expectInvalid(.rowCount, at: 20, changed(Self.drawn) { $0[20] = 1 })
    expectInvalid(.lengthMoments, at: 32, changed(learned) { $0[46...47] = [0xF0, 0x7F] })
    expectInvalid(.lengthMoments, at: 32, changed(learned) { $0[47] |= 0x80 })
    expectInvalid(.mean, at: 48, changed(learned) { $0[52..<56] = nan[...] })
    expectInvalid(.slope, at: 68, changed(learned) { $0[68..<72] = nan[...] })
    expectInvalid(.buckets, at: 88, changed(learned) { $0[88..<90] = $0[90..<92] })
    expectInvalid(.weights, at: 88, changed(Self.drawn) { $0[5000] = 128 })
    #expect(throws: EmbeddingsError.unsupportedVersion(found: 2, supported: 1)) {
      try TextEmbedding(decoding: changed(learned) { $0[8] = 2 })
    }
  }

  @Test func `equal bytes come from equal models only`() {
    #expect(Self.learned == Self.bytes(samples: 40))
    #expect(Self.learned != Self.bytes(samples: 41))
  }
}
