import Gamut
import Glibc
import Reporting
import Synchronization

/// One line on a terminal that tells the stage, how much is done, how fast, and how long it will take.
final class Progress: Sendable {
  private struct State {
    var stage: Stage?
    var began: Double = 0
    var lastDrawn: Double = 0
    var isDrawn = false
  }

  private let state = Mutex(State())
  private let isShown: Bool

  init(isShown: Bool) { self.isShown = isShown }

  func handle(_ event: Event) {
    guard isShown else { return }
    let now = Stopwatch.now
    state.withLock { state in
      switch event {
      case .began(let stage):
        state.stage = stage
        state.began = now
        state.lastDrawn = now
      case .advanced(let stage, let done, let total, let samples):
        // Ten times a second is as often as an eye can follow.
        guard now - state.lastDrawn > 0.1 else { return }
        state.lastDrawn = now
        state.isDrawn = true
        draw(
          Self.line(stage, done: done, total: total, samples: samples, seconds: now - state.began))
      case .ended:
        state.stage = nil
      }
    }
  }

  /// Wipes the line, so that what follows starts on a clean one.
  func clear() {
    state.withLock { state in
      if state.isDrawn { draw("") }
      state.isDrawn = false
    }
  }

  private func draw(_ text: String) {
    Terminal.write("\r\u{1B}[K" + text.prefix(max(20, Terminal.width - 1)), to: STDERR_FILENO)
  }

  private static func line(
    _ stage: Stage, done: Int, total: Int?, samples: Int, seconds: Double
  ) -> String {
    var text = "\(stage.rawValue)  "
    if let total, total > 0 {
      let share = min(1, Double(done) / Double(total))
      text += "\(Int(share * 100)) %  "
      if share > 0.02 {
        text += "\(clock(seconds / share - seconds)) left  "
      }
    }
    if samples > 0 {
      text += "\(grouped(samples)) samples"
      if seconds > 0.2 { text += ", \(grouped(Int(Double(samples) / seconds))) a second" }
    }
    return text
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
