import CommandLineKit
import Gamut
import Reporting
import Selection

extension GamutError {
  /// The errors of a tuning as a sentence or two; empty for others.
  var tuningMessage: String {
    switch self {
    case .tooFewToTune(let candidates, let folds, let least):
      "\(grouped(candidates)) sample\(candidates == 1 ? "" : "s") may be chosen, and \(folds) folds need"
        + " \(grouped(least)) at least, each of them some; take fewer --folds, or the defaults of"
        + " 'gamut select'"
    case .nothingToTune(let budget, let limit, let cost, let unit):
      limit <= 0
        ? "the budget of \(budget) comes to 0 \(unit.rawValue); nothing can be chosen"
        : "the budget of \(budget) buys all that may be chosen (\(grouped(cost)) \(unit.rawValue)), whatever"
          + " the grid is; give a smaller one"
    case .tooManyConfigurations(let count, let limit):
      "\(count == .max ? "more than can be counted" : grouped(count)) configurations, and"
        + " \(grouped(limit)) are the most that are tried; give shorter lists of --try-axis, --try-evenness"
        + " and --try-greed"
    case .noSuchObjective(let name, let known):
      if name == "balance" {
        "balance is told over the labels of a column; name it with --label"
      } else if name == "proxy_loss" {
        "proxy_loss is told by language models that are trained on every subset; add --proxy"
      } else {
        "there is no objective '\(name)'"
          + (suggestion(for: name, among: known).map { "; did you mean '\($0)'?" }
            ?? "; there are \(known.joined(separator: ", "))")
      }
    case .noConfigurationPreferred(
      let text, let objective, let bound, let best, let among, let total):
      "no configuration keeps --prefer '\(text)'"
        + (bound.map { ", which comes to \(figure($0))" } ?? "")
        + (best.map { "; the best \(objective) is \(figure($0))" } ?? "")
        + (among < total ? " among the \(grouped(among)) that keep the others" : "")
        + "; ask for less, or try more. With --output what was measured is kept"
    case .journalBusy(let path):
      "\(path) is being written by another 'gamut tune'; wait for it, or choose another --output"
    case .journalOfAnother(let path, let isJournal):
      isJournal
        ? "\(path) is the journal of another request, which was interrupted; finish that one, choose another"
          + " --output, or drop it with --force"
        : "\(path) is no journal, and stands where one would be kept; move it, or choose another --output"
    default: ""
    }
  }
}
