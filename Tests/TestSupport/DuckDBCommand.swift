import Glibc

/// The `duckdb` command for tests: `$GAMUT_DUCKDB`, or the one that `Tests/run.sh` puts into `.build`, or the
/// search path's; tests that need it are skipped, visibly, where there is none.
public enum DuckDBCommand {
  /// The command's path; `nil` where there is none.
  public static let path: String? = {
    // The text belongs to the environment and is copied at once.
    if let given = unsafe getenv("GAMUT_DUCKDB") { return unsafe String(cString: given) }
    let source = #filePath
    let root = source.split(separator: "/").dropLast(3).joined(separator: "/")
    let own = "/\(root)/.build/duckdb/bin/duckdb"
    if unsafe access(own, X_OK) == 0 { return own }
    guard let folders = unsafe getenv("PATH") else { return nil }
    return unsafe String(cString: folders).split(separator: ":").map { "\($0)/duckdb" }
      .first { unsafe access($0, X_OK) == 0 }
  }()

  /// Whether there is one.
  public static var isThere: Bool { path != nil }
}
