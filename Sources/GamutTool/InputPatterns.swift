import Gamut
import Glibc

/// Patterns of files' names that no shell has expanded: quoted ones, and those of programs that call this one.
enum InputPatterns {
  /// Puts the files that a pattern matches in its place, as people count: `part-9` before `part-10`.
  ///
  /// A pattern has `*`, `?` or `[`, and no file of that very name is there. What matches nothing stays as it is,
  /// so that reading it tells that there is no such file; so do addresses (`https://…`).
  ///
  /// - Parameter inputs: Names as they were given.
  static func expand(_ inputs: inout [String]) {
    guard inputs.contains(where: isPattern) else { return }
    inputs = inputs.flatMap { isPattern($0) ? matches(of: $0) : [$0] }
  }

  private static func isPattern(_ name: String) -> Bool {
    guard name.utf8.contains(where: { "*?[".utf8.contains($0) }), !name.contains("://") else {
      return false
    }
    // A file may be called so.
    return unsafe access(name, F_OK) != 0
  }

  private static func matches(of pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    // The names belong to the structure and are copied before it goes.
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [pattern] }
    let names = unsafe UnsafeBufferPointer(start: found.gl_pathv, count: Int(found.gl_pathc))
      .compactMap { unsafe $0.flatMap { unsafe String(validatingCString: $0) } }
    return names.sorted(by: naturallyPrecedes)
  }
}
