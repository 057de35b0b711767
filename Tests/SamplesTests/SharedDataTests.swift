import Glibc
import Samples
import Testing

/// Real files, kept outside the repository: in the folder that the environment names, or beside the
/// repository.
enum SharedData {
  static let folder: String = {
    if let named = unsafe getenv("GAMUT_SHARED_DATA") { return unsafe String(cString: named) }
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/data"
  }()

  static var isPresent: Bool { unsafe access("\(folder)/alpaca_52k.json.zst", R_OK) == 0 }
}

/// A real file, how many records it holds, and of which shapes.
struct RealFile: CustomTestStringConvertible, Sendable {
  var name: String
  var count: Int
  var shapes: [RecordShape: Int]

  var testDescription: String { name }

  init(_ name: String, _ count: Int, _ shape: RecordShape) {
    self.name = name
    self.count = count
    shapes = [shape: count]
  }
}

@Suite(.enabled(if: SharedData.isPresent, "the shared data is not here"))
struct SharedDataTests {
  static let files = [
    RealFile("alpaca_52k.json", 52_002, .alpaca),
    RealFile("alpaca_eval_rated.jsonl", 11_046, .alpaca),
    RealFile("alpaca_gpt4_en_demo.json", 999, .alpaca),
    RealFile("alpaca_gpt4_zh_demo.json", 1000, .alpaca),
    RealFile("alpaca_zh_20k.jsonl", 20_465, .alpaca),
    RealFile("alpaca_zh_parallel.jsonl", 5935, .alpaca),
    RealFile("autoj_single_rated.jsonl", 960, .alpaca),
    RealFile("dolly_3k_categories.jsonl", 2996, .alpaca),
    RealFile("flask_labels.jsonl", 856, .alpaca),
    RealFile("gpteacher_codegen.json", 4535, .alpaca),
    RealFile("gpteacher_toolformer.json", 7673, .alpaca),
    RealFile("prompts_sinstruct.jsonl", 252, .alpaca),
    RealFile("selfinstruct_seed_tasks.jsonl", 175, .alpaca),
    RealFile("oasst1_zh_history.json", 766, .alpaca),
    RealFile("oasst1_zh_ranked.json", 775, .ranked),
    RealFile("gsm8k_train.jsonl", 7473, .question),
    RealFile("gsm8k_model_solutions_rated.jsonl", 2640, .question),
    RealFile("intent_clinc150.jsonl", 23_700, .text),
    RealFile("intent_snips.jsonl", 14_484, .text),
    RealFile("t0_prompt_completion.jsonl", 38_653, .prompt),
    RealFile("dpo_en_sharegpt.json", 300, .preference),
    RealFile("dpo_zh_sharegpt.json", 300, .preference),
    RealFile("glaive_toolcall_en_sharegpt.json", 300, .shareGPT),
    RealFile("glaive_toolcall_zh_sharegpt.json", 300, .shareGPT),
    RealFile("kto_en_messages.json", 300, .rated),
  ]

  /// Counts and sums of one block.
  struct Counts: Sendable {
    var shapes: [RecordShape: Int] = [:]
    var roles: [TextRole: Int] = [:]
    var byteCount = 0
  }

  private func count(
    _ name: String, _ options: ReadingOptions = ReadingOptions()
  ) throws -> (Counts, SourceSummary) {
    let reader = try SampleReader(
      sources: [Source(path: "\(SharedData.folder)/\(name).zst")], options: options)
    var total = Counts()
    let summaries = try reader.read(
      threads: 2, makeWorker: { 0 },
      work: { (_: inout Int, block: borrowing ParsedBlock) in
        var counts = Counts()
        for record in block.records {
          counts.shapes[record.shape, default: 0] += 1
          counts.byteCount += record.lineByteCount
        }
        for part in block.parts { counts.roles[part.role, default: 0] += 1 }
        return counts
      },
      consume: { counts in
        total.shapes.merge(counts.shapes, uniquingKeysWith: +)
        total.roles.merge(counts.roles, uniquingKeysWith: +)
        total.byteCount += counts.byteCount
      })
    return (total, summaries[0])
  }

  @Test(arguments: files)
  func `a real file is read whole, every record in its shape`(_ file: RealFile) throws {
    let (counts, summary) = try count(file.name)
    #expect(counts.shapes == file.shapes)
    #expect(summary.sampleCount == file.count)
    #expect(summary.isArray == file.name.hasSuffix(".json"))
    #expect(summary.sha256.count == 64)
    let roles = counts.roles
    switch file.shapes.keys.first {
    case .preference, .ranked: #expect(roles[.rejected, default: 0] >= file.count)
    case .shareGPT: #expect(roles[.tool, default: 0] > 0)
    case .text: #expect(roles == [.text: file.count])
    default: #expect(roles[.prompt, default: 0] >= file.count)
    }
  }

  @Test func `real oddities nested in a field are read by naming it`() throws {
    let options = delivering {
      $0.textFields = ["record.instruction", "record.input", "record.output"]
      $0.categoryColumns = ["_trait"]
    }
    let (counts, summary) = try count("ugly_real.jsonl", options)
    #expect(summary.sampleCount + summary.rejectedCount == 253)
    #expect(counts.roles[.response, default: 0] > 0)
    let shaped = try count("ugly_real.jsonl", delivering()).1
    #expect(shaped.rejectedCount == 253)
  }

  @Test func `every line of the malformed file has its outcome`() throws {
    let options = delivering { $0.numericColumns = ["score"] }
    let reader = try SampleReader(
      sources: [Source(path: "\(SharedData.folder)/ugly_synthetic_malformed.jsonl.zst")],
      options: options)
    let (records, summaries) = try readAll(reader)
    let problems: [Int: RecordProblem] = [
      5: .unclosedString, 6: .invalidUTF8(byte: 0xFF), 7: .controlCharacter(byte: 0),
      9: .loneSurrogate, 12: .missingField(key: "instruction"),
      13: .wrongType(key: "instruction", found: .number),
      15: .missingField(key: "instruction"), 16: .unknownShape(keys: []),
      17: .notAnObject(found: .array), 18: .notAnObject(found: .null),
      19: .notAnObject(found: .string), 20: .notANumberLiteral,
      24: .emptyConversation(key: "messages"), 30: .trailingContent,
      31: .unexpectedByte(UInt8(ascii: "'")),
    ]
    #expect(records.map(\.line) == [1, 2] + Array(5...34))
    for record in records { #expect(record.problem == problems[record.line]) }
    #expect(summaries[0].blankLineCount == 2)
    #expect(summaries[0].rejectedCount == 15)
    #expect(summaries[0].sampleCount == 17)
    let texts = Dictionary(
      uniqueKeysWithValues: records.map { ($0.line, $0.texts.map(\.text)) })
    #expect(texts[1] == ["Say hi", "Hi!"])
    #expect(texts[2] == texts[1])
    #expect(texts[34] == texts[1])
    #expect(texts[8] == ["escaped NUL \u{0}", "x"])
    #expect(texts[10] == ["pair 👍", "ok"])
    #expect(texts[11] == ["second", "x"])
    #expect(texts[14] == ["no output"])
    #expect(texts[27]?.first == "parts")
    #expect(texts[28] == ["q", "q2", ""])
    #expect(texts[29] == ["p", " c"])
    let scores = Dictionary(uniqueKeysWithValues: records.map { ($0.line, $0.numbers[0]) })
    #expect(scores[20] == .absent)
    #expect(scores[21] == .notNumeric)
    #expect(scores[22] == .number(4.5))
    #expect(scores[23] == .number(0))
    #expect(records.allSatisfy { ($0.problem == nil) == ($0.hash != ContentHash(high: 0, low: 0)) })
    #expect(Set(records.filter { [1, 2, 34].contains($0.line) }.map(\.hash)).count == 1)
  }
}
