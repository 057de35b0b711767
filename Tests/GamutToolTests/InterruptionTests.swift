import Glibc
import TestSupport
import Testing

/// A run that is ended in the middle leaves nothing behind.
@Suite struct InterruptionTests {
  /// Starts a run that waits for more input, and ends it.
  private func interrupt(
    by signal: Int32, in folder: TemporaryFolder
  ) -> (status: Int32, error: String?) {
    let pipe = folder.pipe("input")
    // Holds the pipe open, so that the tool waits for its end in vain.
    let descriptor = unsafe open(pipe, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    let records = [UInt8](RandomPool(count: 20, seed: 41).file())
    let running = Tool.program.start(
      ["select", "-", "--budget", "5", "--receipts", "-o", folder.file("s.jsonl"), "--force"],
      input: .file(pipe), errorPath: folder.file("error"))
    let sent = unsafe records.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    #expect(sent == records.count)
    // As soon as the tool has taken what was sent, it is in the middle of its work.
    var waiting: Int32 = 1
    var patience = 20_000
    while waiting > 0, patience > 0, unsafe ioctl(descriptor, UInt(FIONREAD), &waiting) == 0 {
      usleep(1000)
      patience -= 1
    }
    #expect(waiting == 0)
    running.signal(signal)
    return (running.wait(), folder.text("error"))
  }

  @Test(arguments: [SIGINT: Int32(130), SIGTERM: 143, SIGHUP: 129])
  func `a signal ends the run with its status and leaves no file`(
    signal: Int32, status: Int32
  ) {
    let folder = TemporaryFolder()
    let outcome = interrupt(by: signal, in: folder)
    #expect(outcome.status == status)
    #expect(outcome.error == "\ngamut: interrupted\n")
    #expect(folder.names == ["error", "input"])
  }

  @Test func `an interrupted run keeps the outputs of an earlier one`() {
    let folder = TemporaryFolder()
    folder.make("s.jsonl", "earlier")
    #expect(interrupt(by: SIGINT, in: folder).status == 130)
    #expect(folder.text("s.jsonl") == "earlier")
  }

  @Test(arguments: 0..<12)
  func `a killed run leaves whole files or none`(moment: Int) throws {
    let folder = TemporaryFolder()
    let whole = Tool.run(["select", Tool.pool, "--budget", "50", "--quiet"] + Tool.plainAxes).output
    let running = Tool.program.start(
      ["select", Tool.pool, "--budget", "50", "--receipts", "-o", folder.file("s.jsonl")]
        + Tool.plainAxes)
    usleep(UInt32(moment) * 15_000)
    running.signal(SIGKILL)
    #expect([0, 137].contains(running.wait()))
    if let subset = folder.bytes("s.jsonl") { #expect(subset == whole) }
    if let manifest = folder.bytes("s.manifest.json") { _ = try ManifestFile(manifest) }
    if let receipts = folder.bytes("s.receipts.jsonl") {
      #expect(try ReceiptLine.all(receipts).count == 3000)
    }
    #expect(folder.names.allSatisfy { $0.hasPrefix("s.") })
  }
}
