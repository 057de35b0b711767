import TestSupport
import Testing

/// Every command line that the README, a guide or a help page shows is one that the tool understands.
@Suite struct DocumentedCommandTests {
  /// The lines of blocks of code in README and guides, without prompts and comments.
  static let readmeLines: [String] = {
    var lines: [String] = []
    var isCode = false
    for line in Documents.text.split(separator: "\n") {
      if line.hasPrefix("```") {
        isCode = !isCode && ["```sh", "```console", "```bash"].contains(line)
      } else if isCode {
        lines.append(String(line.hasPrefix("$ ") ? line.dropFirst(2) : line))
      }
    }
    return lines
  }()

  /// The command lines of `gamut` in README and guides, each part of a pipe for itself.
  static let readmeCommands = readmeLines.flatMap { $0.split(separator: "|") }
    .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("gamut ") }.map(String.init)

  /// The examples of the help pages: whole command lines, and options in the place where they belong.
  static let helpCommands: [String] = {
    var commands: [String] = []
    for arguments in CommandLineTests.pages.values {
      // An example of an option alone is tried with the rest of a line that its command needs.
      let command = arguments[0].hasPrefix("-") ? "select" : arguments[0]
      let rest = [
        "select": "pool.jsonl", "fit": "pool.jsonl -o new.gamut", "add": "pool.gamut new.jsonl",
        "merge": "a.gamut b.gamut -o new.gamut", "explain": "pool.jsonl 5",
        "verify": "subset.jsonl", "describe": "pool.jsonl", "compare": "a.jsonl b.jsonl",
        "tune": "pool.jsonl",
        "report": "pool.gamut", "export": "subset.jsonl --to trl -o data",
        "take": "pool.jsonl --places chosen.npy",
      ]
      var option: String?
      var indent = ""
      for line in text(Tool.run(arguments).output).split(separator: "\n") {
        let words = line.drop { $0 == " " }
        if let start = option {
          // An example goes on as long as lines are indented as it is.
          if line.hasPrefix(indent) {
            option = start + " " + words
            continue
          }
          let chooses = ["select", "explain", "tune"].contains(command)
          let needsBudget = chooses && !start.hasPrefix("--budget ")
          commands.append(
            "gamut \(command) \(rest[command] ?? "") \(needsBudget ? "--budget 5 " : "")\(start)")
          option = nil
        }
        if words.hasPrefix("gamut ") { commands.append(String(words)) }
        if words.hasPrefix("Example: ") {
          option = String(words.dropFirst("Example: ".count))
          indent = String(line.prefix { $0 == " " })
        }
      }
    }
    return commands.sorted()
  }()

  private static func text(_ bytes: [UInt8]?) -> String {
    String(decoding: bytes ?? [], as: UTF8.self)
  }

  /// Runs a line of a shell in a folder.
  private func run(_ line: String, in folder: TemporaryFolder) -> Program.Outcome {
    let tools = Tool.program.path.split(separator: "/").dropLast().joined(separator: "/")
    return Program(path: "/bin/bash").run([
      "-c", "cd '\(folder.path)' && PATH='/\(tools)':\"$PATH\" && \(line)",
    ])
  }

  /// Runs a line in an empty folder, where no file is that it names.
  private func check(_ line: String) {
    let outcome = run(line, in: TemporaryFolder())
    #expect([0, 1].contains(outcome.status), "\(line)\n\(outcome.error)")
  }

  /// The commands of the README's first session, each with the lines that it is said to print.
  static let session: [(command: String, printed: [String])] = {
    let lines = text(wholeFile(Tool.repository + "/README.md")).split(
      separator: "\n", omittingEmptySubsequences: false)
    var session: [(command: String, printed: [String])] = []
    for line in lines.drop(while: { $0 != "```console" }).dropFirst().prefix(while: { $0 != "```" })
    {
      if line.hasPrefix("$ ") {
        session.append((String(line.dropFirst(2)), []))
      } else if !session.isEmpty {
        session[session.count - 1].printed.append(String(line))
      }
    }
    return session
  }()

  /// The parts of a text that are numbers with a point, and those between them.
  private func parts(_ line: String) -> [String] {
    var parts = [""]
    var isNumber = false
    for character in line {
      if "+-.0123456789".contains(character) != isNumber {
        isNumber.toggle()
        parts.append("")
      }
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  /// Whether lines agree word for word, but for a topic's last digit, which belongs to the machine, and
  /// for the seconds.
  private func agree(_ found: String, _ documented: String) -> Bool {
    let (found, documented) = (parts(found), parts(documented))
    guard found.count == documented.count else { return false }
    let isTiming = documented.first == "wrote subset"
    return found.indices.allSatisfy { index in
      if found[index] == documented[index] { return true }
      guard let one = Double(found[index]), let other = Double(documented[index]),
        found[index].contains("."), documented[index].contains(".")
      else { return false }
      return isTiming || (one - other).magnitude < 1e-6
    }
  }

  @Test func `what the README shows of its first commands is what they print`() throws {
    let folder = TemporaryFolder()
    _ = folder.link("Data", to: Tool.repository + "/Data")
    #expect(Self.session.count == 2)
    for (command, printed) in Self.session {
      let outcome = run(command, in: folder)
      #expect(outcome.status == 0)
      let found = (outcome.error + Self.text(outcome.output)).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init)
      // After the last line end, and before the next prompt, stands nothing.
      let foundLines = found.last == "" ? found.dropLast() : found[...]
      let printedLines = printed.last == "" ? printed.dropLast() : printed[...]
      #expect(foundLines.count == printedLines.count)
      for (line, documented) in zip(foundLines, printedLines) {
        #expect(agree(line, documented), "\(line)\n\(documented)")
      }
    }
  }

  @Test func `there are command lines to check`() {
    #expect(Self.readmeCommands.count >= 5)
    #expect(Self.helpCommands.count >= 8)
    #expect(Self.helpCommands.contains { $0.contains("--quality perplexity:-0.5") })
  }

  @Test func `links in README and guides lead to files`() throws {
    var count = 0
    for document in Documents.names {
      let folder = document.split(separator: "/").dropLast().joined(separator: "/")
      let content = try #require(wholeFile(Tool.repository + "/" + document))
      for link in Self.text(content).split(separator: "](").dropFirst() {
        let target = link.prefix { $0 != ")" && $0 != "#" }
        if target.isEmpty || target.hasPrefix("http") { continue }
        let path = [Tool.repository, folder, String(target)].joined(separator: "/")
        #expect(wholeFile(path) != nil, "\(document): \(target)")
        count += 1
      }
    }
    #expect(count > 15)
  }

  @Test(arguments: readmeCommands)
  func `a command line of the README or a guide is understood`(line: String) { check(line) }

  @Test(arguments: helpCommands)
  func `an example of a help page is understood`(line: String) { check(line) }

  @Test func `the recipe shown is the one in Data, and its commands do what they say`()
    throws
  {
    let readme = Documents.text
    let recipe = Self.text(wholeFile(Tool.repository + "/Data/recipe.yaml"))
    #expect(!recipe.isEmpty && readme.contains("```yaml\n\(recipe)```\n"))
    let folder = TemporaryFolder()
    _ = folder.link("Data", to: Tool.repository + "/Data")
    let commands = Self.readmeCommands.filter { $0.contains("--recipe") }
    #expect(commands.count == 2)
    for command in commands {
      let outcome = run(command, in: folder)
      #expect(outcome.status == 0, "\(command)\n\(outcome.error)")
    }
    func lines(_ name: String) throws -> Set<[UInt8]> {
      Set(try #require(folder.bytes(name)).split(separator: 0x0A).map(Array.init))
    }
    let nested = try ["100", "500", "1k"].map { try lines("by-topic.\($0).jsonl") }
    #expect(nested.map(\.count) == [100, 500, 1000])
    #expect(nested[0].isSubset(of: nested[1]) && nested[1].isSubset(of: nested[2]))
    #expect(try lines("even.jsonl").count == 500)
    let saved = try #require(folder.text("even.yaml"))
    for line in ["budget: \"500\"", "evenness: 1", "min-quality: 10%", "  - complexity:4@quantile"]
    {
      #expect(saved.contains("\n\(line)\n"))
    }
  }
}
