import Gamut

extension ForeignFormat {
  /// What a source of this format is and how to make records of it, without a closing full stop.
  func message(path: String) -> String {
    // Shell and SQL would take other names apart.
    let isPlain =
      path != "-"
      && path.utf8.allSatisfy { byte in
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || Array("/._-+=@,".utf8).contains(byte)
      }
    let source = isPlain ? path : "FILE"
    let target = Self.stem(of: source) + ".jsonl"
    let name = path == "-" ? "standard input" : path
    switch self {
    case .parquet:
      return "\(name) holds a Parquet file that was packed once more; unpack it, Parquet is compressed"
        + " already"
    case .separatedValues:
      return "\(name) seems to be CSV or TSV, which is told by the name: let it end with .csv or .tsv, or"
        + " convert it, for example with \(duckdb("read_csv('\(source)')", target))"
    case .arrowFile:
      return
        "\(name) seems to be an Arrow or Feather file, which is not read; convert it, for example"
        + " with python3 -c \"import pandas; pandas.read_feather('\(source)').to_json('\(target)',"
        + " orient='records', lines=True)\""
    case .arrowStream:
      return "\(name) seems to be an Arrow stream, which is not read; convert it, for example with"
        + " python3 -c \"import datasets;"
        + " datasets.Dataset.from_file('\(source)').to_json('\(target)')\""
    case .indentedJSON:
      return
        "\(name) seems to hold JSON that is spread over many lines; put each record on one line,"
        + " for example with jq -c . \(source) > \(target) (jq -c '.KEY[]' where the records stand in a"
        + " list under a key)"
    case .utf16:
      return "\(name) seems to be UTF-16, and records are UTF-8; convert it, for example with"
        + " iconv -f UTF-16 -t UTF-8 \(source) > \(target)"
    case .zip:
      return "\(name) is a ZIP archive, which is not read; unpack it, for example with"
        + " unzip -p \(source) | gamut select - ..."
    case .bzip2:
      return "\(name) is packed with bzip2, which is not read; unpack it, for example with"
        + " bzip2 -dc \(source) | gamut select - ..."
    case .xz:
      return "\(name) is packed with xz, which is not read; unpack it, for example with"
        + " xz -dc \(source) | gamut select - ..."
    }
  }

  private func duckdb(_ table: String, _ target: String) -> String {
    "duckdb -c \"COPY (FROM \(table)) TO '\(target)' (FORMAT json)\""
  }

  /// A path without the endings of its format and compression.
  private static func stem(of path: String) -> String {
    var stem = path[...]
    for endings in [[".gz", ".zst"], [".parquet", ".csv", ".tsv", ".arrow", ".feather", ".json"]] {
      if let ending = endings.first(where: stem.hasSuffix) { stem = stem.dropLast(ending.count) }
    }
    // The name is another in any case: the source is not to be written over.
    return stem.hasSuffix(".jsonl") ? stem.dropLast(6) + ".lines" : String(stem)
  }
}
