import TestSupport

/// The README and the guides, whose commands and links the tests follow.
enum Documents {
  private static let guideFolder = "Sources/Gamut/Gamut.docc"

  /// Their paths from the repository's root, the README first, then the guides by name.
  static let names: [String] =
    ["README.md"]
    + folderEntries("\(Tool.repository)/\(guideFolder)").filter { $0.hasSuffix(".md") }.sorted()
    .map { "\(guideFolder)/\($0)" }

  /// All of them, one after the other.
  static let text = names.map { name in
    String(decoding: wholeFile("\(Tool.repository)/\(name)") ?? [], as: UTF8.self)
  }.joined(separator: "\n")
}
