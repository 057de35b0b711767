import Glibc
import JSON
import TestSupport
import Testing

/// A browser without a window, told what to do over two pipes (the DevTools protocol: JSON, each message ended
/// by a NUL), so that neither a port nor a network is needed.
final class Browser {
  /// Debian's Chromium, where it is installed; a test without it is skipped.
  static let path: String? = [
    "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
  ]
  .first { unsafe access($0, X_OK) == 0 }

  /// Something that the browser said does not go.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let folder = TemporaryFolder()
  private let process: pid_t
  private let commands: Int32
  private let answers: Int32
  private var session: String?
  private var number = 0
  private var unread: [UInt8] = []
  /// What happened and was not asked for: the names of events with what they say.
  private(set) var events: [(name: String, facts: JSONValue)] = []

  /// How long an answer may take.
  private static let patience: Int32 = 60_000

  /// Starts a browser with one empty page.
  init() throws {
    guard let program = Self.path else { throw Failure(description: "no browser is installed") }
    var toBrowser: [Int32] = [0, 0]
    var fromBrowser: [Int32] = [0, 0]
    guard unsafe pipe(&toBrowser) == 0, unsafe pipe(&fromBrowser) == 0 else {
      throw Failure(description: "no pipe: \(errno)")
    }
    for descriptor in toBrowser + fromBrowser { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // The browser reads from 3 and writes to 4. Far numbers first, for 3 and 4 may be the pipes' own.
    unsafe posix_spawn_file_actions_adddup2(&actions, toBrowser[0], 203)
    unsafe posix_spawn_file_actions_adddup2(&actions, fromBrowser[1], 204)
    unsafe posix_spawn_file_actions_adddup2(&actions, 203, 3)
    unsafe posix_spawn_file_actions_adddup2(&actions, 204, 4)
    for descriptor: Int32 in [203, 204] {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    let arguments = [
      program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
      "--disable-extensions", "--disable-background-networking", "--disable-component-update",
      "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
      "--user-data-dir=\(folder.file("profile"))", "about:blank",
    ]
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { for place in unsafe words.indices { unsafe free(words[place]) } }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that all that it starts ends with it.
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, program, &actions, &attributes, words, environ)
    close(toBrowser[0])
    close(fromBrowser[1])
    (self.process, commands, answers) = (process, toBrowser[1], fromBrowser[0])
    guard code == 0 else { throw Failure(description: "\(program) cannot be started: \(code)") }
    let target = try call("Target.createTarget", ["url": .string("about:blank")])
    let attached = try call(
      "Target.attachToTarget", ["targetId": target["targetId"], "flatten": .bool(true)])
    session = attached["sessionId"]?.text
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try call("\(domain).enable") }
  }

  deinit {
    close(commands)
    close(answers)
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  /// Has the browser do something.
  ///
  /// - Parameters:
  ///   - method: What.
  ///   - parameters: How.
  /// - Returns: Its answer.
  /// - Throws: `Failure` for an error, or where no answer comes.
  @discardableResult
  func call(
    _ method: String, _ parameters: KeyValuePairs<String, JSONValue?> = [:]
  ) throws -> JSONValue {
    number += 1
    var message: [JSONValue.Member] = [
      .init(key: "id", value: .integer(number)), .init(key: "method", value: .string(method)),
      .init(
        key: "params",
        value: .object(
          parameters.compactMap { key, value in value.map { .init(key: key, value: $0) } })),
    ]
    if let session { message.append(.init(key: "sessionId", value: .string(session))) }
    try send(Array(JSONValue.object(message).compact.utf8) + [0])
    while true {
      let answer = try receive()
      if answer["id"]?.wholeNumber == number {
        if let error = answer["error"] {
          throw Failure(description: "\(method): \(error.compact)")
        }
        return answer["result"] ?? .null
      }
      if let name = answer["method"]?.text { events.append((name, answer["params"] ?? .null)) }
    }
  }

  private func send(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe write(commands, all.baseAddress.map { unsafe $0 + done }, all.count - done)
      }
      guard count > 0 else { throw Failure(description: "the browser takes nothing: \(errno)") }
      done += count
    }
  }

  private func receive() throws -> JSONValue {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = unread.firstIndex(of: 0) {
        let message = Array(unread[..<end])
        unread.removeFirst(end + 1)
        guard let value = JSONValue(parsing: message.span) else {
          throw Failure(description: "the browser sent no JSON")
        }
        return value
      }
      var waiting = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&waiting, 1, Self.patience) > 0 else {
        throw Failure(description: "the browser is silent")
      }
      let count = unsafe read(answers, &part, part.count)
      guard count > 0 else { throw Failure(description: "the browser is gone") }
      unread += part[..<count]
    }
  }

  /// Opens a file and waits until it is loaded.
  func open(file: String) throws {
    events = []
    try call("Page.navigate", ["url": .string("file://\(file)")])
    while !events.contains(where: { $0.name == "Page.loadEventFired" }) {
      let answer = try receive()
      if let name = answer["method"]?.text { events.append((name, answer["params"] ?? .null)) }
    }
  }

  /// What an expression of JavaScript comes to.
  @discardableResult
  func evaluate(_ expression: String) throws -> JSONValue {
    let answer = try call(
      "Runtime.evaluate",
      [
        "expression": .string(expression), "returnByValue": .bool(true),
        "awaitPromise": .bool(true),
      ])
    if let problem = answer["exceptionDetails"] {
      throw Failure(description: "\(expression): \(problem.compact)")
    }
    return answer["result"]?["value"] ?? .null
  }

  /// The text that an element shows.
  func text(of selector: String) throws -> String {
    try evaluate("document.querySelector('\(selector)').innerText").text ?? ""
  }

  /// Presses a key, as a keyboard does.
  func press(_ key: String, code: Int) throws {
    for type in ["keyDown", "keyUp"] {
      try call(
        "Input.dispatchKeyEvent",
        [
          "type": .string(type), "key": .string(key), "code": .string(key),
          "windowsVirtualKeyCode": .integer(code),
          "text": type == "keyDown" && key == "Enter" ? .string("\r") : nil,
        ])
    }
  }

  /// Clicks at a place of the window.
  func click(x: Double, y: Double) throws {
    for type in ["mouseMoved", "mousePressed", "mouseReleased"] {
      try call(
        "Input.dispatchMouseEvent",
        [
          "type": .string(type), "x": .number(x), "y": .number(y), "button": .string("left"),
          "buttons": .integer(type == "mousePressed" ? 1 : 0),
          "clickCount": .integer(type == "mouseMoved" ? 0 : 1),
        ])
    }
  }

  /// Gives the window a size.
  func resize(width: Int, height: Int, isPhone: Bool = false) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": .integer(width), "height": .integer(height), "deviceScaleFactor": .integer(1),
        "mobile": .bool(isPhone),
      ])
  }

  /// Asks for light or dark pages.
  func prefer(_ scheme: String) throws {
    try call(
      "Emulation.setEmulatedMedia",
      [
        "features": .array([
          .members(["name": .string("prefers-color-scheme"), "value": .string(scheme)])
        ])
      ])
  }

  /// A picture of the window, as a PNG in base64.
  func picture() throws -> String {
    try call("Page.captureScreenshot", ["format": .string("png")])["data"]?.text ?? ""
  }

  /// The page on paper, as a PDF in base64.
  func print() throws -> String { try call("Page.printToPDF")["data"]?.text ?? "" }

  /// What the console complains of, and what was asked of any other place than the file itself.
  var complaints: [String] {
    events.compactMap { event in
      switch event.name {
      case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled":
        return event.facts.compact
      case "Network.requestWillBeSent":
        let url = event.facts["request"]?["url"]?.text ?? ""
        return url.hasPrefix("file://") && url.hasSuffix(".html") ? nil : "requested \(url)"
      default: return nil
      }
    }
  }
}
