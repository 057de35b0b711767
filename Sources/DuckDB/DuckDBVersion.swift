/// A version of duckdb, as in `v1.5.6 (Variegata) 069cc9f9b5`.
public struct DuckDBVersion: Comparable, CustomStringConvertible, Sendable {
  /// The first number.
  public var major: Int
  /// The second number.
  public var minor: Int
  /// The third number.
  public var patch: Int

  /// The oldest version that is used: the oldest one that statements here were tried with.
  ///
  /// Older ones know other settings and write other JSON.
  public static let oldest = DuckDBVersion(major: 1, minor: 4, patch: 0)

  /// Makes a version.
  ///
  /// - Parameters:
  ///   - major: The first number.
  ///   - minor: The second number.
  ///   - patch: The third number.
  public init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads what `duckdb --version` says; `nil` for anything else.
  ///
  /// - Parameter line: Its first line. What follows the numbers, as in `v1.6.0-dev12`, does not count.
  public init?(line: String) {
    guard let word = line.split(separator: " ").first, word.first == "v" else { return nil }
    let parts = word.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, let major = Int(parts[0]), let minor = Int(parts[1]),
      let patch = Int(parts[2].prefix { ("0"..."9").contains($0) })
    else { return nil }
    self.init(major: major, minor: minor, patch: patch)
  }

  /// The version with full stops, as in `1.5.6`.
  public var description: String { "\(major).\(minor).\(patch)" }

  /// Whether a version comes before another.
  public static func < (one: DuckDBVersion, other: DuckDBVersion) -> Bool {
    (one.major, one.minor, one.patch) < (other.major, other.minor, other.patch)
  }
}
