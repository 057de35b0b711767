import Samples
import TestSupport
import Testing

@Suite struct CompressionTests {
  private static let lines = Array(
    (0..<5000).map { #"{"text":"line \#($0) \#($0 &* 7_919)","id":\#($0)}"# + "\n" }.joined().utf8)

  private func identifiers(_ bytes: [UInt8], _ blockByteCount: Int = 1 << 20) throws -> [String] {
    var options = ReadingOptions()
    options.blockByteCount = blockByteCount
    return try read(bytes, options, threads: 2).map(\.identifier)
  }

  private let expected = (0..<5000).map { "\($0)" }

  @Test(arguments: [100, 4096, 1 << 20])
  func `gzip and Zstandard are recognised by their first bytes`(blockByteCount: Int) throws {
    #expect(try identifiers(gzip(Self.lines), blockByteCount) == expected)
    #expect(try identifiers(zstandard(Self.lines), blockByteCount) == expected)
  }

  @Test func `several members or frames are one stream, cut anywhere`() throws {
    let cut = 12_345
    let head = Array(Self.lines[..<cut])
    let tail = Array(Self.lines[cut...])
    #expect(try identifiers(gzip(head) + gzip([]) + gzip(tail)) == expected)
    #expect(try identifiers(zstandard(head) + zstandard([]) + zstandard(tail)) == expected)
  }

  @Test func `skippable frames are passed over wherever they stand`() throws {
    let skip = skippableFrame(Array("not a sample".utf8))
    #expect(try identifiers(skip + zstandard(Self.lines) + skip) == expected)
    #expect(try identifiers(skip).isEmpty)
  }

  @Test func `windows longer than 27 bits are read`() throws {
    #expect(try identifiers(zstandard(Self.lines, windowLog: 30)) == expected)
  }

  @Test func `zeros after the last gzip member are padding`() throws {
    #expect(try identifiers(gzip(Self.lines) + [0, 0, 0, 0]) == expected)
  }

  @Test func `a compressed array is an array`() throws {
    let array = Array(#"[{"text":"a","id":0},"#.utf8) + Array("\n{\"text\":\"b\",\"id\":1}]".utf8)
    #expect(try identifiers(gzip(array)) == ["0", "1"])
    #expect(try identifiers(zstandard(array)) == ["0", "1"])
  }

  @Test func `empty members hold no samples`() throws {
    #expect(try identifiers(gzip([])).isEmpty)
    #expect(try identifiers(zstandard([])).isEmpty)
  }

  private func error(_ bytes: [UInt8]) throws -> SamplesError? {
    let folder = TemporaryFolder()
    let path = folder.make("pool.gz", bytes)
    let reader = try SampleReader(sources: [Source(path: path)])
    do {
      _ = try readAll(reader, threads: 2)
      return nil
    } catch let error as SamplesError {
      return error
    }
  }

  private typealias Found = (SamplesError.CompressionFormat, Int, SamplesError.CompressionProblem)

  private func corruption(_ bytes: [UInt8]) throws -> Found? {
    guard case .corruptCompression(_, let format, let offset, let problem)? = try error(bytes)
    else {
      return nil
    }
    return (format, offset, problem)
  }

  @Test func `a stream cut short is an error at its end`() throws {
    for (compressed, format) in [
      (gzip(Self.lines), SamplesError.CompressionFormat.gzip),
      (zstandard(Self.lines), .zstandard),
    ] {
      for length in [compressed.count - 1, compressed.count / 2, 11, 5] {
        let found = try corruption(Array(compressed[..<length]))
        #expect(found?.0 == format)
        #expect(found?.1 == length)
        #expect(found?.2 == .truncated)
      }
    }
  }

  @Test func `a damaged stream is an error with a place`() throws {
    for (compressed, format) in [
      (gzip(Self.lines), SamplesError.CompressionFormat.gzip),
      (zstandard(Self.lines), .zstandard),
    ] {
      // In the middle, and in the checksum at the end.
      for place in [compressed.count / 2, compressed.count - 5, compressed.count - 1] {
        var damaged = compressed
        damaged[place] ^= 0x55
        let found = try corruption(damaged)
        #expect(found?.0 == format)
        #expect((0...compressed.count).contains(found?.1 ?? -1))
        #expect(found?.2 != .truncated)
      }
      #expect(try corruption(compressed + [1, 2, 3, 4, 5, 6, 7, 8])?.0 == format)
    }
  }

  @Test func `a digest is that of the bytes on disk`() throws {
    let folder = TemporaryFolder()
    let contents: [[UInt8]] = [
      [], Array("abc".utf8), gzip(Array("abc".utf8)), Array("[]".utf8),
      Array("\u{FEFF}\n".utf8), Self.lines,
    ]
    var sources: [Source] = []
    for (index, bytes) in contents.enumerated() {
      sources.append(Source(path: folder.make("\(index)", bytes)))
    }
    for (threads, blockByteCount) in [(1, 1 << 20), (3, 1000), (2, 1)] {
      let options = delivering { $0.blockByteCount = blockByteCount }
      let reader = try SampleReader(sources: sources, options: options)
      let summaries = try readAll(reader, threads: threads).summaries
      #expect(summaries.map(\.byteCount) == contents.map(\.count))
      #expect(summaries.map(\.sampleCount) == [0, 0, 0, 0, 0, 5000])
      #expect(summaries.map(\.rejectedCount) == [0, 1, 1, 0, 0, 0])
      #expect(summaries.map(\.isArray) == [false, false, false, true, false, false])
      // FIPS 180-4's own examples, and digests of `sha256sum`.
      #expect(
        summaries[0].sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
      #expect(
        summaries[1].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      #expect(
        summaries[3].sha256 == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945")
      #expect(
        summaries[4].sha256 == "b42f2099187886def637d6aa840022266e05cb6c987a9394e708e23cd505eb46")
    }
    var options = ReadingOptions()
    options.hashesSources = false
    let reader = try SampleReader(sources: [sources[5]], options: options)
    #expect(try readAll(reader).summaries[0].sha256.isEmpty)
  }
}
