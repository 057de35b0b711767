import FoundationEssentials

/// A manifest as an outsider reads it.
struct ManifestFile: Decodable {
  var gamut: String
  var recipe: [String: JSON]
  var sources: [Source]
  var axes: [Axis]
  var pool: Description
  var subset: Description
  var output: Output?
  var reachableCells: Int
  var outcome: [String: Int]
  var budget: Spent
  var timing: [String: Double]
  var warnings: [String]
  var lengthDebias: LengthDebias?
  var suspects: [String: [String: Int]]?

  private enum CodingKeys: String, CodingKey {
    case gamut, recipe, sources, axes, pool, subset, output, outcome, budget, timing, warnings
    case reachableCells = "reachable_cells"
    case lengthDebias = "length_debias"
    case suspects
  }

  struct Source: Decodable {
    var path: String
    var bytes: Int
    var samples: Int
    var rejected: Int
    var sha256: String
  }

  struct Axis: Decodable {
    var name: String
    var binning: String
    var bins: Int
    /// None for a nested axis.
    var edges: [Double]
    /// The edges of a nested axis by its parent cells.
    var nested: [[Int]: [Double]]?
    var components: Int?
    var labels: [String]?
    var range: [Double]?
    var clipped: Int
    var missing: Int

    private enum CodingKeys: String, CodingKey {
      case name, binning, bins, edges, parents, components, labels, range, clipped, missing
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      binning = try container.decode(String.self, forKey: .binning)
      bins = try container.decode(Int.self, forKey: .bins)
      if let parents = try container.decodeIfPresent([[Int]].self, forKey: .parents) {
        let lists = try container.decode([[Double]].self, forKey: .edges)
        guard parents.count == lists.count else {
          throw DecodingError.dataCorruptedError(
            forKey: .parents, in: container, debugDescription: "one list of edges a parent")
        }
        nested = Dictionary(uniqueKeysWithValues: zip(parents, lists))
        edges = []
      } else {
        edges = try container.decode([Double].self, forKey: .edges)
      }
      components = try container.decodeIfPresent(Int.self, forKey: .components)
      labels = try container.decodeIfPresent([String].self, forKey: .labels)
      range = try container.decodeIfPresent([Double].self, forKey: .range)
      clipped = try container.decode(Int.self, forKey: .clipped)
      missing = try container.decode(Int.self, forKey: .missing)
    }
  }

  struct LengthDebias: Decodable {
    var samples: Int
    var slope: Double
    var spearmanBefore: Double?
    var spearmanAfter: Double?

    private enum CodingKeys: String, CodingKey {
      case samples, slope
      case spearmanBefore = "spearman_before"
      case spearmanAfter = "spearman_after"
    }
  }

  struct Output: Decodable {
    var path: String
    var bytes: Int
    var sha256: String
  }

  struct Spent: Decodable {
    var requested: String
    var unit: String
    var limit: Int
    var spent: Int
  }

  struct Description: Decodable {
    var samples: Int
    var tokens: Int
    var bytes: Int
    var cells: Int
    var quality: Spread?
    var complexity: Spread?
    var metrics: [String: Double]
  }

  struct Spread: Decodable, Equatable {
    var mean: Double
    var sd: Double
    var p5: Double
    var p25: Double
    var p50: Double
    var p75: Double
    var p95: Double
    var shareAtMode: Double

    private enum CodingKeys: String, CodingKey {
      case mean, sd, p5, p25, p50, p75, p95
      case shareAtMode = "share_at_mode"
    }
  }

  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(ManifestFile.self, from: Data(bytes))
  }
}

/// A receipt as an outsider reads it.
struct ReceiptLine: Decodable {
  var source: String
  var line: Int
  var id: JSON?
  var status: String
  var quality: Double?
  var descriptor: [String: JSON]
  var cell: [Int]?
  var rank: Int?
  var order: Int?
  var because: Place?
  var reason: String?

  struct Place: Decodable, Equatable {
    var source: String
    var line: Int
  }

  /// All receipts of a file.
  static func all(_ bytes: [UInt8]) throws -> [ReceiptLine] {
    let decoder = JSONDecoder()
    return try bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map {
      try decoder.decode(ReceiptLine.self, from: Data($0))
    }
  }
}

/// Any JSON value.
enum JSON: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSON].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }

  var number: Double? { if case .number(let number) = self { number } else { nil } }
}
