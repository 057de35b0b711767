import Glibc
import JSON
import TestSupport
import Testing

/// A writer of an archive that ends in the middle leaves the earlier archive, or none.
@Suite struct ArchiveInterruptionTests {
  let folder = TemporaryFolder(inMemory: true)
  private let inputs: [String]
  private static let choice = ["--budget", "40", "-q", "quality"]

  init() {
    let folder = folder
    inputs = (0..<3).map {
      folder.make("\($0).jsonl", Archive.lines($0 * 400..<$0 * 400 + 400))
    }
  }

  private func fit(_ inputs: [String], _ name: String, _ options: [String] = []) -> String {
    // A model brings its own quality.
    let quality = options.contains("--model") ? [] : ["-q", "quality"]
    Archive.run(["fit"] + inputs + quality + ["-o", folder.file(name)] + options)
    return folder.file(name)
  }

  private func subset(_ archive: String) -> [UInt8] {
    let outcome = Tool.run(["select", archive, "--quiet"] + Self.choice)
    #expect(outcome.status == 0, "\(outcome.error)")
    return outcome.output
  }

  /// Ends a command at a moment of its run, `moment` of `moments`.
  private func interrupt(
    _ arguments: [String], _ moment: Int, of moments: Int, by signal: Int32
  ) {
    let running = Tool.program.start(arguments + ["--quiet"])
    usleep(UInt32(moment) * 140_000 / UInt32(moments))
    running.signal(signal)
    #expect([0, 128 + signal].contains(running.wait()))
  }

  /// What lies in a folder besides hidden names that wait to be cleared.
  private func shown(_ path: String) -> [String] {
    filesBelow(path).map { String($0.prefix { $0 != "/" }) }.filter { !$0.hasPrefix(".") }
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `fitting over an archive keeps the old one or gives the new`(signal: Int32) {
    let (old, new) = (
      subset(fit([inputs[0]], "old.gamut")), subset(fit([inputs[1]], "new.gamut"))
    )
    #expect(old != new)
    let archive = fit([inputs[0]], "x.gamut")
    // Ctrl-C ends the process as a kill does, and so fewer moments will do.
    let moments = signal == SIGKILL ? 10 : 4
    for moment in 0..<moments {
      interrupt(
        ["fit", inputs[moment % 2], "-q", "quality", "-o", archive, "--force"], moment, of: moments,
        by: signal)
      let found = subset(archive)
      #expect((found == old || found == new) == true)
    }
    _ = fit([inputs[0]], "x.gamut", ["--force"])
    #expect((subset(archive) == old) == true)
    #expect(folder.names.allSatisfy { !$0.hasPrefix(".x.gamut") })
  }

  @Test(arguments: [SIGKILL, SIGTERM])
  func `a first fit and a merge appear whole or not at all`(signal: Int32) throws {
    let first = fit([inputs[0]], "a.gamut")
    let second = fit([inputs[1]], "b.gamut", ["--model", first])
    let expected = subset(first)
    Archive.run(["merge", first, second, "-o", folder.file("m.gamut")])
    let joined = subset(folder.file("m.gamut"))
    for moment in 0..<(signal == SIGKILL ? 6 : 3) {
      let name = folder.file("f\(moment).gamut")
      interrupt(
        ["fit", inputs[0], "-q", "quality", "-o", name], moment, of: 6, by: signal)
      if folder.names.contains("f\(moment).gamut") { #expect((subset(name) == expected) == true) }
      let other = folder.file("m\(moment).gamut")
      interrupt(["merge", second, first, "-o", other], moment, of: 9, by: signal)
      if folder.names.contains("m\(moment).gamut") { #expect((subset(other) == joined) == true) }
    }
  }

  @Test(arguments: [SIGKILL, SIGHUP])
  func `adding keeps the archive as it was or gives the grown one`(signal: Int32) throws {
    let archive = fit([inputs[0]], "x.gamut")
    let before = subset(archive)
    let grown = fit([inputs[0]], "g.gamut")
    Archive.run(["add", grown, inputs[1]])
    let after = subset(grown)
    #expect(before != after)
    let moments = signal == SIGKILL ? 10 : 4
    for moment in 0..<moments {
      interrupt(["add", archive, inputs[1]], moment, of: moments, by: signal)
      let found = subset(archive)
      #expect((found == before || found == after) == true)
      if found == after {
        removeTree(archive)
        _ = fit([inputs[0]], "x.gamut")
      }
    }
    Archive.run(["add", archive, inputs[1]])
    #expect((subset(archive) == after) == true)
    // Nothing of the runs that were ended is left.
    #expect(Archive.files(archive) == Archive.files(grown))
  }

  @Test func `what a killed writer left in an archive is cleared by the next`() {
    let archive = fit([inputs[0]], "x.gamut")
    unsafe mkdir(archive + "/segments/.0123456789abcdef.gamut-x", 0o700)
    unsafe mkdir(archive + "/segments/0123456789abcdef", 0o700)
    writeFile(archive + "/segments/0123456789abcdef/hash.npy", [1])
    writeFile(archive + "/.gamut-half", [1])
    Archive.run(["add", archive, inputs[1]])
    let grown = fit([inputs[0]], "g.gamut")
    Archive.run(["add", grown, inputs[1]])
    #expect(Archive.files(archive) == Archive.files(grown))
  }

  @Test func `two writers of one archive do not lose each other's segments`() throws {
    for round in 0..<4 {
      let archive = fit([inputs[0]], "x\(round).gamut")
      let running = [1, 2].map { number in
        Tool.program.start(
          ["add", archive, inputs[number], "--quiet"], errorPath: folder.file("error\(number)"))
      }
      let statuses = running.map { $0.wait() }
      let segments = try #require(try Archive.index(archive)["segments"]?.items).count
      #expect(segments == 1 + statuses.count { $0 == 0 })
      for (number, status) in statuses.enumerated() where status != 0 {
        #expect(status == 1)
        #expect(
          folder.text("error\(number + 1)")
            == "gamut add: another gamut is adding to \(archive); wait until it is done\n")
      }
      #expect(!subset(archive).isEmpty)
    }
  }

  @Test func `an archive that is added to is not replaced meanwhile`() throws {
    let archive = fit([inputs[0]], "x.gamut")
    let before = Archive.contents(archive)
    let descriptor = unsafe open(archive, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    #expect(flock(descriptor, LOCK_EX) == 0)
    let model = fit([inputs[1]], "y.gamut", ["--model", archive])
    for arguments in [
      ["fit", inputs[1], "-o", archive, "--force"], ["merge", model, "-o", archive, "--force"],
      ["add", archive, inputs[1]],
    ] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("another gamut is adding to \(archive)"))
    }
    #expect((Archive.contents(archive) == before) == true)
    close(descriptor)
    Archive.run(["fit", inputs[1], "-o", archive, "--force"])
  }

  @Test func `a full disk leaves the earlier archive`() throws {
    let disk = folder.file("disk")
    unsafe mkdir(disk, 0o700)
    let mounting = Program(path: "/bin/mount").run(
      ["-t", "tmpfs", "-o", "size=400k", "tmpfs", disk])
    guard mounting.status == 0 else {
      try Test.cancel("no file system can be mounted here")
    }
    defer { _ = Program(path: "/bin/umount").run(["-l", disk]) }
    let small = folder.make("small.jsonl", Archive.lines(0..<30))
    let archive = disk + "/x.gamut"
    Archive.run(["fit", small, "-q", "quality", "-o", archive])
    let before = Archive.contents(archive)
    for arguments in [
      ["add", archive] + inputs, ["fit", "-o", archive, "--force"] + inputs,
      ["fit", "-o", disk + "/y.gamut"] + inputs,
    ] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("the disk is full"), "\(outcome.error)")
      #expect((Archive.contents(archive) == before) == true)
      #expect(shown(disk).allSatisfy { $0 == "x.gamut" })
    }
    #expect(!subset(archive).isEmpty)
  }
}
