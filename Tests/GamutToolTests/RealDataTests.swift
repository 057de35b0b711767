import Glibc
import TestSupport
import Testing

/// Real instruction data, where it is at hand; it does not belong to the repository.
///
/// It is looked for in `$GAMUT_SHARED_DATA`, then in a folder `shared/data` beside the repository and
/// one folder further up.
enum RealData {
  static let folder: String? = {
    var places: [String] = []
    // The text belongs to the environment and is copied at once.
    if let named = unsafe getenv("GAMUT_SHARED_DATA") {
      places.append(unsafe String(cString: named))
    }
    let parts = Tool.repository.split(separator: "/")
    for depth in [1, 2] where parts.count > depth {
      places.append("/" + parts.dropLast(depth).joined(separator: "/") + "/shared/data")
    }
    return places.first { unsafe access($0 + "/alpaca_52k.json.zst", R_OK) == 0 }
  }()

  /// The files that hold records, by their names.
  static let files: [String] = {
    guard let folder, let listing = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(listing) }
    var names: [String] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".jsonl.zst") || name.hasSuffix(".json.zst") { names.append(name) }
    }
    return names.sorted()
  }()

  /// The fields that hold text, for files whose records have no shape of their own.
  static let fields = ["ugly_real.jsonl.zst": "record.instruction,record.output"]
}

@Suite(.enabled(if: RealData.folder != nil, "real data is not here; set GAMUT_SHARED_DATA"))
struct RealDataTests {
  let folder = TemporaryFolder()

  private func path(_ name: String) -> String { (RealData.folder ?? "") + "/" + name }

  @Test func `52,002 Alpaca records are accounted for and divided evenly`() throws {
    let outcome = Tool.run([
      "select", path("alpaca_52k.json.zst"), "--embeddings",
      path("vectors/alpaca_52k.minilm.f16.npy"), "--budget", "5000", "--evenness", "1",
      "--receipts", "--quiet",
      "-o", folder.file("s.jsonl"),
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
    #expect(manifest.outcome.values.reduce(0, +) == 52_002)
    #expect(manifest.outcome["selected"] == 5000 && manifest.subset.samples == 5000)
    #expect(manifest.pool.samples == 52_002)
    let receipts = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl")))
    #expect(receipts.map(\.line) == Array(1...52_002))
    let candidates = receipts.filter { $0.rank != nil }
    let cells = Dictionary(grouping: candidates) { $0.cell ?? [] }
    #expect(Set(receipts.compactMap(\.cell)).count == manifest.reachableCells)
    let counts = cells.values.map { members in
      (sent: members.count { $0.status == "selected" }, mass: members.count)
    }
    let most = counts.map(\.sent).max() ?? 0
    #expect(counts.allSatisfy { $0.sent >= most - 1 || $0.sent == $0.mass })
  }

  @Test func `a token budget is never exceeded, whatever the number of threads`() throws {
    var subsets: [[UInt8]] = []
    for threads in ["1", "2"] {
      let outcome = Tool.run([
        "select", path("alpaca_52k.json.zst"), "--budget", "300ktok", "--quiet", "--threads",
        threads, "--force", "-o", folder.file("s.jsonl"),
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
      let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
      #expect(manifest.budget.limit == 300_000)
      #expect(manifest.budget.spent <= 300_000 && manifest.budget.spent > 299_900)
      #expect(manifest.subset.tokens == manifest.budget.spent)
      subsets.append(try #require(folder.bytes("s.jsonl")))
    }
    #expect((subsets[0] == subsets[1]) == true)
  }

  @Test(arguments: RealData.files)
  func `every file that holds records can be selected from`(name: String) throws {
    let text = RealData.fields[name].map { ["--text", $0] } ?? []
    let outcome = Tool.run(
      ["select", path(name), "--budget", "10%", "--on-error", "skip", "--quiet", "--receipts"]
        + text + Tool.plainAxes + ["-o", folder.file("s.jsonl")])
    #expect(outcome.status == 0, "\(outcome.error)")
    let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
    let source = manifest.sources[0]
    #expect(manifest.outcome.values.reduce(0, +) == source.samples + source.rejected)
    #expect(manifest.subset.samples == source.samples / 10)
    let lines = try #require(folder.bytes("s.receipts.jsonl")).count { $0 == 0x0A }
    #expect(lines == source.samples + source.rejected)
  }
}
