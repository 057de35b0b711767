import Descriptors
import Glibc
import JSON
import Selection
import TestSupport
import Testing

@testable import Gamut

/// An archive's index of any content is read or refused, and never ends the process.
@Suite struct ArchiveIndexFuzzTests {
  private static let values: [JSONValue] = [
    .null, .bool(true), .integer(0), .integer(1), .integer(-1), .integer(1 << 31),
    .integer(1 << 32), .integer(1 << 43), .integer(1 << 55), .integer(.max), .number(1e300),
    .number(-0.5), .string(""), .string("x"), .string("../../etc"), .string("/"), .string("\u{0}"),
    .string("topic9"), .string("column:none"), .string("tokens:2@nested"), .string("topic16:4"),
    .string("complexity:8@quantile"), .array([]), .array([.integer(1), .integer(2)]),
    .array([.string("x"), .string("x")]), .object([]),
    .object([.init(key: "../x", value: .object([]))]),
  ]

  /// A value with one place in it changed.
  static func changed(
    _ value: JSONValue, _ random: inout SeededGenerator
  ) -> JSONValue {
    // Down to some depth, then a change.
    if Int.random(in: 0..<8, using: &random) > 0 {
      switch value {
      case .object(var members) where !members.isEmpty:
        let place = Int.random(in: 0..<members.count, using: &random)
        if Int.random(in: 0..<12, using: &random) == 0 {
          members.remove(at: place)
        } else if Int.random(in: 0..<24, using: &random) == 0 {
          members[place].key += "/../x"
        } else {
          members[place].value = changed(members[place].value, &random)
        }
        return .object(members)
      case .array(var items) where !items.isEmpty:
        let place = Int.random(in: 0..<items.count, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: items.remove(at: place)
        case 1: items.insert(items[place], at: 0)
        case 2: items.shuffle(using: &random)
        default: items[place] = changed(items[place], &random)
        }
        return .array(items)
      default: break
      }
    }
    if case .integer(let number) = value, Bool.random(using: &random) {
      return .integer(
        number &+ ([-1, 1, 5, 1 << 40][Int.random(in: 0..<4, using: &random)]))
    }
    return values.randomElement(using: &random) ?? .null
  }

  /// Puts the identity and the total right, so that reading goes on to what stands behind them.
  static func consistent(_ index: JSONValue) -> JSONValue {
    guard case .object(var members) = index else { return index }
    for place in members.indices {
      if members[place].key == "samples", let segments = index["segments"]?.items {
        members[place].value = .integer(
          segments.reduce(0) { total, segment in
            (segment["sources"]?.items ?? []).reduce(total) {
              $0 &+ ($1["samples"]?.wholeNumber ?? 0)
            }
          })
      }
      guard members[place].key == "model", case .object(var model) = members[place].value,
        let facts = members[place].value["facts"],
        let files = members[place].value["files"]?.members
      else { continue }
      let digests = files.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value["sha256"]?.text ?? "")" }
      for inner in model.indices where model[inner].key == "id" {
        model[inner].value = .string(ArchiveIndex.identity(of: [facts.compact] + digests))
      }
      members[place].value = .object(model)
    }
    return .object(members)
  }

  @Test func `hundreds of damaged indexes are read or refused`() async {
    await #expect(processExitsWith: .success) {
      let folder = TemporaryFolder(inMemory: true)
      let inputs = (0..<3).map {
        folder.make("\($0).jsonl", RandomPool(count: 14, seed: $0).file())
      }
      let archive = folder.file("a.gamut")
      let axes = try [
        "complexity:2", "column:meta.topic", "words:2", "topic:2@cvt", "tokens:2@nested",
      ]
      .map { try AxisSpecification(parsing: $0, measures: ["complexity", "words", "tokens"]) }
      var request = FitRequest(inputs: Array(inputs[..<2]), output: archive, threads: 1)
      request.axes = axes
      request.quality = [.init(path: "score")]
      request.topicCount = 2
      _ = try fit(request)
      guard let bytes = wholeFile(archive + "/archive.json"),
        let index = JSONValue(parsing: bytes.span)
      else { preconditionFailure("an archive was made") }
      var recipe = Recipe(budget: .samples(5), text: "5")
      recipe.axes = axes
      recipe.quality = request.quality
      var (chosen, refused) = (0, 0)
      for seed in 0..<500 {
        var random = SeededGenerator(seed: seed)
        var other = index
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          other = ArchiveIndexFuzzTests.changed(other, &random)
        }
        if Int.random(in: 0..<3, using: &random) > 0 {
          other = ArchiveIndexFuzzTests.consistent(other)
        }
        var text = Array(other.pretty.utf8)
        if seed % 20 == 0 { text.removeLast(Int.random(in: 0..<text.count, using: &random)) }
        writeFile(archive + "/archive.json", text)
        // Told where it stops, if it does.
        writeFile(folder.file("seed"), Array("\(seed)".utf8))
        var select = SelectRequest(
          inputs: [archive], recipe: recipe, output: folder.file("s.jsonl"), threads: 1)
        select.writesReceipts = true
        select.replacesOutputs = true
        do {
          _ = try Gamut.select(select)
          chosen += 1
        } catch { refused += 1 }
        _ = try? ArchiveDefaults(of: archive)
        if seed % 5 == 0 {
          var merging = MergeRequest(inputs: [archive], output: folder.file("m.gamut"))
          merging.replacesOutputs = true
          _ = try? merge(merging)
          var fitting = FitRequest(inputs: [inputs[2]], output: folder.file("f.gamut"), threads: 1)
          fitting.model = archive
          fitting.replacesOutputs = true
          _ = try? fit(fitting)
        } else if seed % 5 < 3 {
          // Into a copy: what the index does not name would be cleared away.
          copyTree(archive, to: folder.file("c.gamut"))
          _ = try? add(FitRequest(inputs: [inputs[2]], output: folder.file("c.gamut"), threads: 1))
          removeTree(folder.file("c.gamut"))
        }
      }
      // Some changes do no harm, most do.
      #expect(chosen > 20, "\(chosen) \(refused)")
      #expect(refused > 200)
    }
  }
}
