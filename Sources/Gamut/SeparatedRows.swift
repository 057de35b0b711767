import JSON
import Samples

/// Records as rows of CSV or TSV: the keys of the first one are the header.
///
/// A value that holds a separator, a quote or a line break stands between quotes. Text stands as it is,
/// numbers, `true` and `false` as in JSON, null and absent keys as nothing, lists and objects as JSON.
struct SeparatedRows {
  private let separator: UInt8
  private var keys: [String] = []
  private var places: [String: Int] = [:]
  private var count = 0

  /// - Parameter format: CSV or TSV; `nil` comes of any other.
  init?(_ format: SelectRequest.Format) {
    switch format {
    case .csv: separator = UInt8(ascii: ",")
    case .tsv: separator = UInt8(ascii: "\t")
    case .jsonl, .json, .parquet, .npy, .messages, .shareGPT, .alpaca, .promptCompletion: return nil
    }
  }

  /// The row of a record with its line end, the header before that of the first.
  ///
  /// - Parameter line: The record on one line.
  /// - Returns: The bytes.
  /// - Throws: `GamutError.notTabular` with `newKey`.
  mutating func row(of line: Span<UInt8>) throws -> [UInt8] {
    let members = JSONValue(parsing: line)?.members ?? []
    var row: [UInt8] = []
    if count == 0 {
      for member in members where places[member.key] == nil {
        places[member.key] = keys.count
        keys.append(member.key)
      }
      append(keys.map { Array($0.utf8) }, to: &row)
    }
    count += 1
    var values = [[UInt8]](repeating: [], count: keys.count)
    for member in members {
      guard let place = places[member.key] else {
        throw GamutError.notTabular(.newKey(key: member.key, record: count))
      }
      switch member.value {
      case .string(let text): values[place] = Array(text.utf8)
      case .null: values[place] = []
      default: values[place] = Array(member.value.compact.utf8)
      }
    }
    append(values, to: &row)
    return row
  }

  private func append(_ values: [[UInt8]], to row: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    for (place, value) in values.enumerated() {
      if place > 0 { row.append(separator) }
      let isQuoted = value.contains {
        $0 == separator || $0 == quote || $0 == 0x0A || $0 == 0x0D
      }
      // A row that is one empty value would be an empty line.
      if isQuoted || values.count == 1 && value.isEmpty {
        row.append(quote)
        for byte in value {
          if byte == quote { row.append(quote) }
          row.append(byte)
        }
        row.append(quote)
      } else {
        row += value
      }
    }
    row.append(0x0A)
  }
}
