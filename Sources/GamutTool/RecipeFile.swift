import CommandLineKit
import Gamut
import Reporting
import Storage
import YAML

/// A recipe read from a file: YAML, JSON, or the manifest of an earlier run.
enum RecipeFile {
  /// Reads a file's settings.
  ///
  /// - Parameter path: The file's path.
  /// - Returns: Its keys with their values and places.
  /// - Throws: `GamutError.storage` for a file that cannot be read; `CommandLineError` for one that holds
  ///   no recipe, since it stands for a part of the command line.
  static func settings(path: String) throws -> OptionSettings {
    let node: YAMLNode
    do {
      node = try read(try bytes(path: path))
    } catch let error as YAMLError {
      throw error.refusal(path: path)
    } catch let error as StorageError {
      throw GamutError.storage(error)
    }
    return try settings(recipe(in: node, path: path), path: path)
  }

  private static func bytes(path: String) throws -> [UInt8] {
    guard path != "-", !InputFile.isStream(path) else {
      throw CommandLineError.refused("a recipe is a file, and \(path) is none; write it to one")
    }
    let file = try InputFile(path: path)
    let limit = YAMLNode.jsonByteLimit
    guard file.byteCount <= limit else {
      throw YAMLError.tooLarge(byteCount: file.byteCount, limit: limit)
    }
    var bytes = [UInt8](repeating: 0, count: file.byteCount)
    var room = bytes.mutableSpan
    try file.readAll(into: &room, at: 0)
    return bytes
  }

  /// What begins with a brace is JSON, or else YAML that is written with braces.
  private static func read(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
    let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    guard start == UInt8(ascii: "{") else { return try YAMLNode(parsing: bytes) }
    do throws(YAMLError) {
      return try YAMLNode(parsingJSON: bytes)
    } catch {
      guard case .malformed = error, let node = try? YAMLNode(parsing: bytes) else { throw error }
      return node
    }
  }

  /// The node that holds the recipe: of a manifest its `recipe`, else the whole.
  private static func recipe(
    in node: YAMLNode, path: String
  ) throws(CommandLineError) -> YAMLNode {
    guard let format = node["manifest_format"] else { return node }
    guard case .scalar(let text) = format.content, let number = Int(text),
      number <= Manifest.formatVersion
    else {
      throw .refused("\(path) is the manifest of a newer gamut; use that, or write a recipe")
    }
    guard let recipe = node["recipe"] else {
      throw .refused("\(path) is a manifest without a recipe")
    }
    return recipe
  }

  private static func settings(
    _ node: YAMLNode, path: String
  ) throws(CommandLineError) -> OptionSettings {
    func origin(_ place: YAMLPlace) -> String { "\(path):\(place)" }
    let members: [YAMLNode.Member]
    switch node.content {
    case .null: members = []
    case .mapping(let found): members = found
    case .scalar, .sequence:
      throw CommandLineError.refused("a recipe is lines of 'option: value', such as 'budget: 10%'")
        .at(origin(node.place))
    }
    return OptionSettings(
      members.map { member in
        let value: OptionSettings.Value =
          switch member.value.content {
          case .null: .absent
          case .scalar(let text): .word(.init(text, origin: origin(member.value.place)))
          case .sequence(let nodes):
            .list(
              nodes.map { node in
                guard case .scalar(let text) = node.content else { return nil }
                return .init(text, origin: origin(node.place))
              })
          case .mapping: .other
          }
        return .init(.init(member.key, origin: origin(member.place)), value)
      })
  }
}

extension YAMLError {
  /// The error as one of the command line, with the file and the place.
  fileprivate func refusal(path: String) -> CommandLineError {
    func at(_ place: YAMLPlace, _ reason: String) -> CommandLineError {
      .at("\(path):\(place)", .refused(reason))
    }
    switch self {
    case .malformed(let place, let problem): return at(place, "this is no YAML: \(problem)")
    case .tooLarge(let byteCount, let limit):
      return .refused(
        "\(path) has \(grouped(byteCount)) bytes, and a recipe at most \(grouped(limit)); is it the"
          + " right file?")
    case .tooDeep(let place, let limit):
      return at(place, "more than \(limit) lists and mappings stand in each other")
    case .duplicateKey(let key, let place, let first):
      return at(place, "'\(key)' stands in line \(first.line) already; give it once")
    case .keyIsNoText(let place): return at(place, "a key is the name of an option")
    case .anchorOrAlias(let place):
      return at(place, "anchors and aliases are not read; write the value where it belongs")
    case .tag(let place): return at(place, "tags are not read; leave it out")
    case .nulCharacter(let place): return at(place, "a text with a NUL character is no value")
    case .severalDocuments(let place):
      return at(place, "a second document begins, and a recipe is one")
    case .outOfMemory: return .refused("not enough memory to read \(path)")
    }
  }
}
