import LanguageModel
import Metrics

/// What a small language model that was trained on a set loses on the answers of the fold.
struct ProxyGauge: TuningGauge {
  let texts: ProxyTexts
  let seed: UInt64

  let objectives = [
    TuningObjective(
      name: "proxy_loss", direction: .lower,
      meaning: "bits a byte that a small language model trained on the subset loses on answers of"
        + " held-out samples, \(ProxyTexts.heldOutLimit) at most", isUsual: false)
  ]

  func measure(_ sets: [[Int32]], without part: TuningPart, threads: Int) -> [[Double?]] {
    texts.trials(on: sets, heldOut: part.heldOut, seed: seed, threads: threads)
      .map { [$0.loss.bitsPerByte] }
  }
}
