import DuckDB
import Glibc
import JSON
import LinearAlgebra
import Reporting
import Storage

/// What a manifest says of the run that wrote it, as far as that run is made again.
struct RecordedRun {
  /// The manifest's path.
  let path: String
  let json: JSONValue
  let version: String
  let recipe: JSONValue
  let recipeSHA256: String
  let sources: [Manifest.Source]
  let archive: (path: String, model: String, segments: [String])?
  let order: SelectRequest.SubsetOrder
  let format: SelectRequest.Format
  let onUnreadable: SelectRequest.UnreadablePolicy
  let outputBytes: Int
  let outputSHA256: String
  /// Of which budget of the recipe it is.
  let budget: String

  /// Reads a manifest.
  ///
  /// - Parameter path: The manifest.
  /// - Throws: `VerifyFinding.manifestUnreadable`, `manifestNotJSON`, `manifestMalformed`, `manifestNewer`.
  init(reading path: String) throws(VerifyFinding) {
    let bytes: [UInt8]
    do {
      bytes = try InputFile(path: path).readWhole()
    } catch {
      throw .manifestUnreadable(path: path, code: error.systemCode)
    }
    guard let json = JSONValue(parsing: bytes.span) else { throw .manifestNotJSON(path: path) }
    func need<Value>(_ value: Value?, _ member: String) throws(VerifyFinding) -> Value {
      guard let value else { throw .manifestMalformed(path: path, member: member) }
      return value
    }
    let format = try need(json["manifest_format"]?.wholeNumber, "manifest_format")
    guard format <= Manifest.formatVersion else {
      throw .manifestNewer(path: path, found: format, supported: Manifest.formatVersion)
    }
    self.path = path
    self.json = json
    version = try need(json["gamut"]?.text, "gamut")
    recipe = try need(json["recipe"], "recipe")
    recipeSHA256 = try need(json["recipe_sha256"]?.text, "recipe_sha256")
    var sources: [Manifest.Source] = []
    for source in try need(json["sources"]?.items, "sources") {
      sources.append(
        Manifest.Source(
          path: try need(source["path"]?.text, "sources.path"),
          bytes: try need(source["bytes"]?.wholeNumber, "sources.bytes"),
          samples: try need(source["samples"]?.wholeNumber, "sources.samples"),
          rejected: try need(source["rejected"]?.wholeNumber, "sources.rejected"),
          sha256: try need(source["sha256"]?.text, "sources.sha256")))
    }
    guard !sources.isEmpty else { throw .manifestMalformed(path: path, member: "sources") }
    self.sources = sources
    if let archive = json["archive"] {
      self.archive = (
        try need(archive["path"]?.text, "archive.path"),
        try need(archive["model"]?.text, "archive.model"),
        try need(archive["segments"]?.items?.compactMap(\.text), "archive.segments")
      )
    } else {
      archive = nil
    }
    let writing = json["writing"]
    order = try need(
      (writing?["order"]?.text).flatMap { SelectRequest.SubsetOrder(rawValue: $0) },
      "writing.order")
    self.format = try need(
      (writing?["format"]?.text).flatMap { SelectRequest.Format(rawValue: $0) },
      "writing.format")
    onUnreadable = try need(
      (writing?["on_error"]?.text).flatMap { SelectRequest.UnreadablePolicy(rawValue: $0) },
      "writing.on_error")
    outputBytes = try need(json["output"]?["bytes"]?.wholeNumber, "output.bytes")
    outputSHA256 = try need(json["output"]?["sha256"]?.text, "output.sha256")
    budget = try need(json["budget"]?["requested"]?.text, "budget.requested")
  }

  /// Why bytes may differ though nothing was touched.
  var causes: [VerifyCause] {
    var causes: [VerifyCause] = []
    if version != gamutVersion {
      causes.append(.otherVersion(recorded: version, own: gamutVersion))
    }
    if let kernel = json["embedding"]?["blas_kernel"]?.text,
      kernel != LinearAlgebraLibrary.coreName
    {
      causes.append(.otherKernel(recorded: kernel, own: LinearAlgebraLibrary.coreName))
    }
    if let duckdb = json["duckdb"]?.text, let own = DuckDB.shared.versionUsed?.description,
      duckdb != own
    {
      causes.append(.otherDuckDB(recorded: duckdb, own: own))
    }
    return causes
  }

  /// The digests of files that the recipe names, by their paths.
  var recipeFileDigests: [String: String] {
    let files =
      (json["exclusion"]?["files"]?.items ?? []) + (json["identifier_lists"]?.items ?? [])
      + [json["tokenizer"]].compactMap(\.self)
    var digests: [String: String] = [:]
    for file in files {
      if let path = file["path"]?.text, let digest = file["sha256"]?.text { digests[path] = digest }
    }
    return digests
  }

  /// A recipe that holds the subset against what it was held against.
  ///
  /// How much that is decides nothing, and so stands beside the recipe.
  func proving(_ recipe: Recipe) -> Recipe {
    var recipe = recipe
    let count = json["random"]?["count"]?.wholeNumber ?? 0
    recipe.randomCount = Recipe.randomCountRange.contains(count) ? count : 0
    recipe.metrics = Set(
      (json["random"]?["metrics"]?.items ?? []).compactMap { item in
        item.text.flatMap { ProofMetric(named: $0) }
      })
    return recipe
  }

  /// Where something lies now: under the path as it was given, or beside the manifest, by the whole path or
  /// by its last part.
  ///
  /// - Parameters:
  ///   - given: The path as it was given.
  ///   - suits: Whether what lies at a path is it.
  /// - Returns: `nil` where nothing suits.
  func locate(_ given: String, _ suits: (String) -> Bool) -> String? {
    var folder = "."
    if let slash = path.utf8.lastIndex(of: 0x2F) {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    var candidates = [given]
    if !given.hasPrefix("/") { candidates.append("\(folder)/\(given)") }
    if let name = given.split(separator: "/").last { candidates.append("\(folder)/\(name)") }
    return candidates.first(where: suits)
  }

  /// Of which members a manifest that was made again says something else.
  ///
  /// - Parameters:
  ///   - manifest: The manifest that was made again.
  ///   - passedOver: Members that name places, which are others where files were moved.
  /// - Returns: Their names.
  func differingMembers(from manifest: Manifest, passingOver passedOver: Set<String>) -> [String] {
    // Through text, as the other one came: a number is then the same however it was known.
    let made = JSONValue(parsing: Array(manifest.json.compact.utf8).span)
    return [
      "sources", "axes", "embedding", "exclusion", "identifier_lists", "length_debias", "pool",
      "subset", "random", "requirements", "reachable_cells", "outcome", "suspects", "budget",
    ].filter { member in
      !passedOver.contains(member)
        && Self.compared(made?[member])?.compact != Self.compared(json[member])?.compact
    }
  }

  /// A member without the kernel's name, which is told on its own.
  private static func compared(_ value: JSONValue?) -> JSONValue? {
    guard case .object(let members)? = value else { return value }
    return .object(members.filter { $0.key != "blas_kernel" })
  }
}

extension StorageError {
  /// The system's number for what went wrong; 0 where there is none.
  var systemCode: Int32 {
    switch self {
    case .cannotOpen(_, let code), .cannotRead(_, _, let code), .cannotWrite(_, let code): code
    default: 0
    }
  }
}

/// The size of a regular file; `nil` for anything else.
func regularFileSize(_ path: String) -> Int? {
  var status = stat()
  guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}
