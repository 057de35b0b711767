import JSON
import TestSupport
import Testing

/// Archives as a user makes them, and what is chosen from them.
enum Archive {
  /// Runs a command that shall succeed, quietly; an issue where it does not.
  static func run(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let outcome = Tool.run(arguments + ["--quiet"])
    #expect(
      outcome.status == 0 && outcome.error.isEmpty && outcome.output.isEmpty,
      "\(arguments): \(outcome.status) \(outcome.error)", sourceLocation: sourceLocation)
  }

  /// What a choice came to.
  struct Chosen: Equatable {
    var subsets: [[UInt8]]
    var receipts: [[UInt8]]
    /// The manifests without what differs by nature between a pool and its archive.
    var manifests: [JSON]
  }

  /// Chooses from files or an archive; `nil`, and an issue, where it fails.
  static func choose(
    _ inputs: [String], _ options: [String], in folder: TemporaryFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Chosen? {
    let place = TemporaryFolder(inMemory: true)
    let outcome = Tool.run(
      ["select"] + inputs + options + ["--receipts", "--quiet", "-o", place.file("s.jsonl")])
    guard outcome.status == 0, outcome.error.isEmpty, outcome.output.isEmpty else {
      Issue.record(
        "\(inputs) \(options) ended with \(outcome.status): \(outcome.error)",
        sourceLocation: sourceLocation)
      return nil
    }
    var chosen = Chosen(subsets: [], receipts: [], manifests: [])
    for name in place.names {
      let bytes = try #require(place.bytes(name))
      if name.hasSuffix(".manifest.json") {
        chosen.manifests.append(try comparable(bytes))
      } else if name.hasSuffix(".receipts.jsonl") {
        chosen.receipts.append(bytes)
      } else {
        chosen.subsets.append(bytes)
      }
    }
    return chosen
  }

  private static func comparable(_ manifest: [UInt8]) throws -> JSON {
    guard case .object(var members) = try JSON(manifest) else { return .null }
    for key in ["timing", "archive", "embedding", "writing", "recipe_sha256"] { members[key] = nil }
    if case .object(var output)? = members["output"] {
      output["path"] = nil
      members["output"] = .object(output)
    }
    if case .object(var writing)? = members["writing"] {
      // An archive was read when it was made.
      writing["on_error"] = nil
      members["writing"] = .object(writing)
    }
    if case .object(var recipe)? = members["recipe"] {
      // The archive has its vectors, and is not told where they are.
      recipe["embeddings"] = nil
      members["recipe"] = .object(recipe)
    }
    return .object(members)
  }

  /// The index of an archive.
  static func index(_ archive: String) throws -> JSONValue {
    let bytes = try #require(wholeFile(archive + "/archive.json"))
    let value = JSONValue(parsing: bytes.span)
    return try #require(value)
  }

  /// The index without the version's number and segments: the model and what is kept.
  static func model(_ archive: String) throws -> JSONValue? { try index(archive)["model"] }

  /// The files of an archive but those that are derived from the others and made anew at need.
  static func files(_ archive: String) -> [String] {
    filesBelow(archive).filter { !$0.hasPrefix("derived/") }
  }

  /// All of these files with their bytes.
  static func contents(_ archive: String) -> [String: [UInt8]] {
    Dictionary(
      uniqueKeysWithValues: files(archive).map { ($0, wholeFile(archive + "/" + $0) ?? []) })
  }

  /// The lines of the repository's pool, each with its end.
  static let poolLines: [[UInt8]] = {
    let bytes = wholeFile(Tool.pool) ?? []
    return bytes.split(separator: 0x0A).map { Array($0) + [0x0A] }
  }()

  /// Lines of the repository's pool as a file.
  static func lines(_ range: Range<Int>) -> [UInt8] { Array(poolLines[range].joined()) }

  /// Lines as a JSON array whose elements stand on lines of their own.
  static func array(_ range: Range<Int>) -> [UInt8] {
    let elements = poolLines[range].map { $0.dropLast() }
    return Array("[\n ".utf8) + Array(elements.joined(separator: Array(",\n ".utf8))) + [0x5D]
  }
}
