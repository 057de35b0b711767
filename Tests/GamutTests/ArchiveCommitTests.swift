import Descriptors
import JSON
import TestSupport
import Testing

@testable import Gamut

/// An archive appears, or takes the place of another, when nothing can fail any more.
@Suite struct ArchiveCommitTests {
  let folder = TemporaryFolder(inMemory: true)

  private func request(
    _ source: String, seed: Int, to archive: String = "a.gamut"
  ) throws -> FitRequest {
    let bytes = RandomPool(count: 30, seed: seed).file() + Array("{x\n".utf8)
    var request = FitRequest(
      inputs: [folder.make(source, bytes)], output: folder.file(archive), threads: 1)
    request.axes = [try AxisSpecification(parsing: "tokens:2", measures: ["tokens"])]
    request.onUnreadable = .skip
    return request
  }

  @Test func `no archive appears or grows where the file of rejected lines cannot`() throws {
    // Something takes the name of that file while the pool is read.
    func expectFailure(_ work: ((Event) -> Void) throws(GamutError) -> ArchiveReport) {
      folder.remove("r.jsonl")
      #expect(throws: GamutError.self) {
        _ = try work { event in
          if case .began(.read) = event { folder.make("r.jsonl", "mine\n") }
        }
      }
      #expect(folder.text("r.jsonl") == "mine\n")
    }
    var first = try request("1.jsonl", seed: 1)
    first.rejects = folder.file("r.jsonl")
    expectFailure { report throws(GamutError) in try fit(first, onEvent: report) }
    #expect(!folder.names.contains("a.gamut"))
    first.rejects = nil
    let fitted = try fit(first)
    let index = wholeFile(folder.file("a.gamut/archive.json"))
    var second = try request("2.jsonl", seed: 2)
    second.rejects = folder.file("r.jsonl")
    expectFailure { report throws(GamutError) in try add(second, onEvent: report) }
    #expect((wholeFile(folder.file("a.gamut/archive.json")) == index) == true)
    folder.remove("r.jsonl")
    let grown = try add(second)
    #expect(grown.newSamples > 20 && grown.samples == fitted.samples + grown.newSamples)
    #expect(folder.text("r.jsonl") == "{x\n")
  }

  @Test(arguments: [
    ("topic17:4@quantile", "nothing is kept for the axis"),
    ("tokens:2@nested", "its first axis is nested"),
  ])
  func `moments that make no model leave what stands there`(axis: String, told: String) throws {
    _ = try fit(request("1.jsonl", seed: 1))
    let good = wholeFile(folder.file("a.gamut/archive.json"))
    let gathering = try request("2.jsonl", seed: 2, to: "m.moments")
    _ = try gatherMoments(gathering)
    let path = folder.file("m.moments/archive.json")
    let text = String(decoding: wholeFile(path) ?? [], as: UTF8.self)
    let parts = text.split(separator: "\"\(gathering.axes[0].description)\"")
    #expect(parts.count == 2)
    let other = Array(parts.joined(separator: "\"\(axis)\"").utf8)
    let parsed = JSONValue(parsing: other.span)
    let index = try #require(parsed)
    writeFile(path, Array(ArchiveIndexFuzzTests.consistent(index).pretty.utf8))
    var merging = MergeRequest(
      inputs: [folder.file("m.moments")], output: folder.file("a.gamut"))
    merging.replacesOutputs = true
    let request = merging
    let error = #expect(throws: GamutError.self) { _ = try merge(request) }
    guard case .archive(.malformed(_, let detail)) = error else {
      Issue.record("\(axis): \(String(describing: error))")
      return
    }
    #expect(detail.hasPrefix(told))
    #expect((wholeFile(folder.file("a.gamut/archive.json")) == good) == true)
  }
}
