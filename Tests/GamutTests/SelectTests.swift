import Descriptors
import JSON
import Metrics
import Reporting
import Samples
import Selection
import Synchronization
import TestSupport
import Testing

@testable import Gamut

/// The façade as a Swift program uses it.
@Suite struct SelectTests {
  let folder = TemporaryFolder()
  let source: String

  init() { source = folder.make("pool.jsonl", RandomPool(count: 60, seed: 1).file()) }

  private func request(budget: Int, axes: [String] = ["tokens:3"]) throws -> SelectRequest {
    var recipe = Recipe(budget: .samples(budget), text: "\(budget)")
    recipe.quality = [.init(path: "score")]
    recipe.axes = try axes.map { try AxisSpecification(parsing: $0, measures: ["tokens"]) }
    return SelectRequest(
      inputs: [source], recipe: recipe, output: folder.file("s.jsonl"), threads: 2)
  }

  @Test func `a report names the files in order and holds the manifest`() throws {
    var request = try request(budget: 8)
    request.writesReceipts = true
    let report = try select(request)
    #expect(
      report.files == ["s.jsonl", "s.manifest.json", "s.receipts.jsonl"].map(folder.file))
    #expect(report.manifest.subset.samples == 8)
    #expect(report.manifest.json.pretty == folder.text("s.manifest.json"))
    #expect(report.manifest.timing.map(\.stage) == ["read", "select", "prove", "write", "total"])
    #expect(report.timing.map(\.stage) == ["read", "select", "prove", "write", "commit", "total"])
    for timing in [report.manifest.timing, report.timing] {
      let stages = timing.dropLast().reduce(0) { $0 + $1.seconds }
      let total = try #require(timing.last?.seconds)
      // What lies between the stages is next to nothing, whatever the machine does meanwhile.
      #expect(stages <= total)
    }
  }

  @Test(arguments: [0, 0.3, 1], [0, 0.4, 1])
  func `what is chosen does not hang on whether ranks are told`(
    evenness: Double, greed: Double
  ) throws {
    for (method, perCell) in [(SelectionMethod.archive, nil), (.top, nil), (.archive, 4)] {
      var request = try request(budget: 23)
      request.recipe.budgets = [7, 23].map {
        Recipe.WrittenBudget(.samples($0), text: "\($0)")
      }
      request.recipe.method = method
      request.recipe.perCell = perCell
      (request.recipe.evenness, request.recipe.greed) = (evenness, greed)
      request.replacesOutputs = true
      var chosen: [[String]] = []
      for writesReceipts in [true, false] {
        request.writesReceipts = writesReceipts
        let manifests = try select(request).manifests
        let told = manifests.map { manifest in
          var manifest = manifest
          (manifest.timing, manifest.output) = ([], nil)
          return manifest.json.pretty
        }
        chosen.append(["s.7.jsonl", "s.23.jsonl"].compactMap(folder.text) + told)
      }
      #expect(chosen[0].count == 4)
      #expect(chosen[0] == chosen[1])
    }
  }

  @Test(arguments: [
    (["tokens:3"], [Stage.read, .select, .prove, .write, .commit]),
    (["topic1:3"], [.train, .read, .select, .prove, .write, .commit]),
  ])
  func `stages are told in order, each begun and ended once`(
    axes: [String], stages: [Stage]
  ) throws {
    let told = Mutex<[String]>([])
    _ = try select(request(budget: 5, axes: axes)) { event in
      told.withLock { told in
        switch event {
        case .began(let stage): told.append("began \(stage)")
        case .ended(let stage, let seconds):
          #expect(seconds >= 0)
          told.append("ended \(stage)")
        case .advanced(let stage, let done, let total, _):
          #expect(told.last == "began \(stage)")
          #expect(total.map { done <= $0 } != false)
        }
      }
    }
    #expect(told.withLock { $0 } == stages.flatMap { ["began \($0)", "ended \($0)"] })
  }

  @Test func `errors hold facts, and nothing is written then`() throws {
    var missing = try request(budget: 5)
    missing.recipe.quality = [.init(path: "nosuch")]
    var unread = try request(budget: 5)
    unread.inputs = [folder.make("empty.jsonl", "\n")]
    var broken = try request(budget: 5)
    broken.inputs = [folder.make("broken.jsonl", "\n{\"foo\":1}\n[]\n")]
    broken.onUnreadable = .skip
    for (request, expected) in [
      (missing, "noQuality"), (unread, "emptyPool"), (broken, "nothingReadable"),
    ] {
      do {
        _ = try select(request)
        Issue.record("\(expected) was not thrown")
      } catch {
        switch error {
        case .noQuality(let paths, let column, let isText):
          #expect(expected == "noQuality" && column == "nosuch" && !isText && paths == [source])
        case .emptyPool(let paths): #expect(expected == "emptyPool" && paths == unread.inputs)
        case .nothingReadable(let path, let line, let problem, let count):
          #expect(expected == "nothingReadable" && path == broken.inputs[0])
          #expect(line == 2 && problem == .unknownShape(keys: ["foo"]) && count == 2)
        default: Issue.record("\(error)")
        }
      }
    }
    #expect(folder.names == ["broken.jsonl", "empty.jsonl", "pool.jsonl"])
  }
}
