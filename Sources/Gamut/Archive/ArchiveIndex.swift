import Descriptors
import Glibc
import JSON
import Measures
import Numbers
import Samples
import Storage

/// What `archive.json` says: the model, what is kept of every sample, and the segments.
struct ArchiveIndex: Sendable {
  /// The index's name within the folder.
  static let fileName = "archive.json"
  /// The format's number; a higher one is refused.
  static let formatVersion = 1

  /// A file's size and content.
  struct FileFacts: Sendable, Equatable {
    var byteCount: Int
    var sha256: String
  }

  /// A file of vectors that lies where the sources lie, and is not part of the archive.
  struct VectorFile: Sendable, Equatable {
    var path: String
    var byteCount: Int
  }

  /// What is kept of every sample besides what every archive keeps.
  struct Columns: Sendable, Equatable {
    /// Measures besides tokens and complexity.
    var measures: [Measure]
    /// Fields of the records kept as numbers.
    var numbers: [String]
    /// Fields of the records kept as labels.
    var labels: [String]
  }

  /// Samples that were brought in together; never changed.
  struct Segment: Sendable, Equatable {
    /// The name of its folder, made of what it was read from.
    var id: String
    /// Its sources in order, each with its samples behind those of the one before.
    var sources: [SourceSummary]
    /// Its files by name.
    var files: [String: FileFacts]
    /// The file of its samples' vectors, where topics come from vectors: as given, with its size.
    var vectors: VectorFile?

    /// How many samples it has.
    var sampleCount: Int { sources.reduce(0) { $0 + $1.sampleCount } }
    /// How many lines of its sources are no readable record.
    var rejectedCount: Int { sources.reduce(0) { $0 + $1.rejectedCount } }
  }

  /// What a model is to be fitted from, gathered from part of a pool; see `Moments`.
  struct Gathered: Sendable, Equatable {
    /// The kernel that summed up vectors, by whose last bits kernels differ; `nil` for texts.
    var kernel: String?
    /// What was gathered from, each source with as much as was looked at.
    var sources: [SourceSummary]
    /// The files in the folder `moments`, by name.
    var files: [String: FileFacts]
  }

  /// The version of Gamut that wrote the archive.
  var version = gamutVersion
  /// What tells one model from another: equal for equal models.
  var modelIdentity: String
  /// The model's facts that are no columns, as `DescriptorModel` writes them.
  var model: JSONValue
  /// The model's files by name.
  var modelFiles: [String: FileFacts]
  /// The columns that tell quality unless a choice names others.
  var quality: [Recipe.QualityColumn]
  /// What is kept of every sample.
  var columns: Columns
  /// The segments, in the order of their first sources.
  var segments: [Segment]
  /// Where there is no model yet, what one is to be fitted from.
  var gathered: Gathered?

  /// A file's path within an archive.
  static func path(_ archive: String) -> String { "\(archive)/\(fileName)" }

  /// Puts segments in the order in which an archive lists them, whichever way they came together.
  mutating func sortSegments() {
    segments.sort { left, right in
      let (one, other) = (left.sources.first?.path ?? "", right.sources.first?.path ?? "")
      // By bytes: texts that are canonically equivalent are different paths.
      return one.utf8.elementsEqual(other.utf8)
        ? left.id < right.id : naturallyPrecedes(one, other)
    }
  }

  /// The index as text.
  var json: JSONValue {
    .members([
      "gamut_archive": .integer(Self.formatVersion), "gamut": .string(version),
      "model": .members([
        "id": .string(modelIdentity), "facts": model, "files": Self.json(modelFiles),
      ]),
      "quality": .array(quality.map { .string($0.text) }),
      "columns": .members([
        "measures": .array(columns.measures.map { .string($0.rawValue) }),
        "numbers": .array(columns.numbers.map { .string($0) }),
        "labels": .array(columns.labels.map { .string($0) }),
      ]),
      "moments": gathered.map {
        .members([
          "blas_kernel": $0.kernel.map { .string($0) },
          "sources": .array(
            $0.sources.map {
              .members([
                "path": .string($0.path), "bytes": .integer($0.byteCount),
                "sha256": $0.sha256.isEmpty ? nil : .string($0.sha256),
              ])
            }
          ),
          "files": Self.json($0.files),
        ])
      },
      "samples": .integer(segments.reduce(0) { $0 + $1.sampleCount }),
      "segments": .array(
        segments.map { segment in
          .members([
            "id": .string(segment.id), "samples": .integer(segment.sampleCount),
            "sources": .array(segment.sources.map { Self.json($0) }),
            "vectors": segment.vectors.map {
              .members(["path": .string($0.path), "bytes": .integer($0.byteCount)])
            },
            "files": Self.json(segment.files),
          ])
        }),
    ])
  }

  static func json(_ files: [String: FileFacts]) -> JSONValue {
    .object(
      files.keys.sorted().compactMap { name in
        files[name].map {
          .init(
            key: name,
            value: .members(["bytes": .integer($0.byteCount), "sha256": .string($0.sha256)]))
        }
      })
  }

  private static func json(_ source: SourceSummary) -> JSONValue {
    .members([
      "path": .string(source.path), "bytes": .integer(source.byteCount),
      "samples": .integer(source.sampleCount), "rejected": .integer(source.rejectedCount),
      "blank": .integer(source.blankLineCount), "sha256": .string(source.sha256),
      "array": .bool(source.isArray), "compressed": .bool(source.isCompressed),
    ])
  }
}

extension ArchiveIndex {
  /// Reads the index of an archive.
  ///
  /// - Parameter archive: The folder.
  /// - Throws: `ArchiveError.notAnArchive`, `newerFormat`, `malformed`; `StorageError`.
  init(reading archive: String) throws {
    let path = Self.path(archive)
    let json = try Self.document(of: archive)
    let reader = IndexReader(path: path)
    version = try reader.text(json, "gamut")
    let model = try reader.value(json, "model")
    modelIdentity = try reader.text(model, "id")
    self.model = try reader.value(model, "facts")
    modelFiles = try reader.files(model)
    quality = try reader.texts(json, "quality").map { text in
      guard let column = Recipe.QualityColumn(text: text) else { throw reader.fault("quality") }
      return column
    }
    let columns = try reader.value(json, "columns")
    self.columns = Columns(
      measures: try reader.texts(columns, "measures").map { name in
        guard let measure = Measure(rawValue: name) else { throw reader.fault("measures") }
        return measure
      },
      numbers: try reader.names(columns, "numbers"), labels: try reader.names(columns, "labels"))
    let kept = self.columns.measures
    guard Set(kept).count == kept.count, !kept.contains(.tokens), !kept.contains(.complexity) else {
      throw reader.fault("measures")
    }
    var known: Set<String> = []
    segments = try reader.items(json, "segments").map { segment in
      let id = try reader.text(segment, "id")
      // A name from a file becomes a path: nothing may lead out of the archive.
      guard !id.isEmpty, id.allSatisfy({ $0.isASCII && $0.isHexDigit }),
        known.insert(id).inserted
      else { throw reader.fault("id") }
      return Segment(
        id: id,
        sources: try reader.items(segment, "sources").map { source in
          var summary = SourceSummary(path: try reader.text(source, "path"))
          summary.byteCount = try reader.count(source, "bytes")
          summary.sampleCount = try reader.count(source, "samples", below: 1 << 31)
          summary.rejectedCount = try reader.count(source, "rejected", below: 1 << 31)
          summary.blankLineCount = try reader.count(source, "blank")
          summary.sha256 = try reader.text(source, "sha256")
          summary.isArray = source["array"]?.truth ?? false
          summary.isCompressed = source["compressed"]?.truth ?? false
          return summary
        }, files: try reader.files(segment),
        vectors: try segment["vectors"].map {
          VectorFile(path: try reader.text($0, "path"), byteCount: try reader.count($0, "bytes"))
        })
    }
    gathered = try json["moments"].map { moments in
      Gathered(
        kernel: moments["blas_kernel"]?.text,
        sources: try reader.items(moments, "sources").map { source in
          var summary = SourceSummary(path: try reader.text(source, "path"))
          summary.byteCount = try reader.count(source, "bytes")
          summary.sha256 = source["sha256"]?.text ?? ""
          return summary
        }, files: try reader.files(moments))
    }
    guard segments.reduce(0, { $0 + $1.sampleCount }) == json["samples"]?.wholeNumber else {
      throw reader.fault("samples")
    }
  }

  /// The sizes and digests that a text file of the archive tells under `files`.
  static func files(of json: JSONValue, path: String) throws -> [String: FileFacts] {
    try IndexReader(path: path).files(json)
  }

  /// The index as it lies there, of a format that can be read.
  private static func document(of archive: String) throws -> JSONValue {
    let path = Self.path(archive)
    let file: InputFile
    do {
      file = try InputFile(path: path)
    } catch {
      if case .cannotOpen(_, ENOENT) = error { throw ArchiveError.notAnArchive(path: archive) }
      throw error
    }
    let bytes = try file.readWhole()
    guard let json = JSONValue(parsing: bytes.span) else {
      throw ArchiveError.malformed(path: path, detail: "it is no JSON")
    }
    guard let format = json["gamut_archive"]?.wholeNumber else {
      throw ArchiveError.notAnArchive(path: archive)
    }
    guard format >= 1 else { throw ArchiveError.notAnArchive(path: archive) }
    guard format <= Self.formatVersion else {
      throw ArchiveError.newerFormat(path: path, found: format, supported: Self.formatVersion)
    }
    return json
  }

  /// Takes an index apart.
  private struct IndexReader {
    let path: String

    func fault(_ key: String) -> ArchiveError {
      .malformed(path: path, detail: "'\(key)' is missing or not what it should be")
    }

    func value(_ json: JSONValue, _ key: String) throws -> JSONValue {
      guard let value = json[key] else { throw fault(key) }
      return value
    }

    func text(_ json: JSONValue, _ key: String) throws -> String {
      guard let text = json[key]?.text else { throw fault(key) }
      return text
    }

    /// The limit keeps sums of sizes far from the end of numbers.
    func count(_ json: JSONValue, _ key: String, below limit: Int = 1 << 44) throws -> Int {
      guard let count = json[key]?.wholeNumber, count >= 0, count < limit else {
        throw fault(key)
      }
      return count
    }

    func items(_ json: JSONValue, _ key: String) throws -> [JSONValue] {
      guard let items = json[key]?.items else { throw fault(key) }
      return items
    }

    func texts(_ json: JSONValue, _ key: String) throws -> [String] {
      try items(json, key).map { item in
        guard let text = item.text else { throw fault(key) }
        return text
      }
    }

    /// Names of fields, each once and none empty.
    func names(_ json: JSONValue, _ key: String) throws -> [String] {
      let names = try texts(json, key)
      guard Set(names).count == names.count, !names.contains("") else { throw fault(key) }
      return names
    }

    func files(_ json: JSONValue) throws -> [String: FileFacts] {
      guard let members = json["files"]?.members else { throw fault("files") }
      var files: [String: FileFacts] = [:]
      for member in members {
        // By bytes: an accent behind a slash hides it from a search by character.
        let name = member.key.utf8
        guard let first = name.first, first != 0x2E, !name.contains(0x2F), !name.contains(0) else {
          throw fault("files")
        }
        files[member.key] = FileFacts(
          byteCount: try count(member.value, "bytes"), sha256: try text(member.value, "sha256"))
      }
      return files
    }
  }
}

extension Recipe.QualityColumn {
  /// The column as it is asked for: the path, with the weight where it is not 1.
  var text: String {
    // A path that ends like a weight needs one behind it.
    let isPlain = weight == 1 && Self(text: path)?.path == path
    return isPlain ? path : "\(path):\(shortest(weight))"
  }

  /// Reads a column from its notation; `nil` where it is none.
  ///
  /// - Parameter text: `PATH` or `PATH:WEIGHT`, the weight a finite number other than 0.
  public init?(text: String) {
    var path = text
    var weight = 1.0
    if let colon = text.lastIndex(of: ":"), let value = Double(text[text.index(after: colon)...]) {
      path = String(text[..<colon])
      weight = value
    }
    guard !path.isEmpty, weight.isFinite, weight != 0 else { return nil }
    self.init(path: path, weight: weight)
  }
}
