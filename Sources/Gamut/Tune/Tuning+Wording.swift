import Descriptors
import Measures
import Metrics
import Numbers
import Reporting

/// What a tuning tells in words, in the file beside the recipe as on the terminal.
extension TuningConfiguration {
  /// The grid in the notation of a recipe, in short; `none` for a single cell.
  public var gridText: String {
    axes.isEmpty ? "none" : axes.map(Self.short).joined(separator: " + ")
  }

  /// The configuration in short.
  public var text: String {
    "\(gridText), evenness \(shortest(evenness)), greed \(shortest(greed))"
      + (redundancy.map { ", redundancy \(shortest($0))" } ?? "")
  }

  /// An axis without the binning that it has when none is named.
  private static func short(_ axis: AxisSpecification) -> String {
    let whole = axis.description
    guard let at = whole.lastIndex(of: "@") else { return whole }
    let text = String(whole[..<at])
    let isSame = (try? AxisSpecification(parsing: text, measures: Measure.names)) == axis
    return isSame ? text : whole
  }
}

extension Tuning {
  private var frontNames: String {
    let names = frontObjectives.map { objectives[$0].name }
    return names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  /// By which rule the recommended configuration is chosen.
  public var rule: String {
    var bounds: [String] = []
    var best: String?
    for preference in preferences {
      switch preference {
      case .bound(let bound): bounds.append(bound.text)
      case .best(let name): best = best ?? name
      }
    }
    let among = bounds.isEmpty ? "" : ", of those with \(bounds.joined(separator: " and "))"
    if let best, let objective = objectives.first(where: { $0.name == best }) {
      return "\(objective.direction == .lower ? "least" : "greatest") \(best)\(among)"
        + " (epsilon-constraint method, Haimes 1971)"
    }
    return
      "knee of the front in \(frontNames)\(among): least distance to the best of each at once, each"
      + " scaled to 0..1 between the worst and the best of the front, sqrt(sum (1 - z)^2 / m) (compromise"
      + " programming, Yu 1973, Zeleny 1973); of equal ones fewer cells"
  }

  /// Why the recommended configuration is.
  public var reason: String {
    var parts: [String] = []
    if let distance = best.distance, let other = trials[0].distance, recommended != 0 {
      parts.append("distance \(figure(distance)), the default's \(figure(other))")
    } else if let distance = best.distance {
      parts.append("distance \(figure(distance)); the default is the best")
    }
    if recommended != 0 {
      var told: [String] = []
      for place in objectives.indices {
        guard let difference = difference(recommended, from: 0, in: place) else { continue }
        told.append("\(objectives[place].name) \(Self.signed(difference))")
      }
      parts.append("against the default " + told.joined(separator: ", "))
    }
    if rungCount == 1 {
      parts.append("the same with one fold left out in \(agreement) of \(foldCount) cases")
    }
    return parts.joined(separator: "; ")
  }

  /// A difference with its interval, and a word where chance explains it.
  private static func signed(_ difference: FoldMean) -> String {
    let sign = difference.mean < 0 ? "" : "+"
    guard let interval = difference.interval else { return sign + figure(difference.mean) }
    let width = interval.upperBound - difference.mean
    let isUnsure = interval.contains(0)
    return "\(sign)\(figure(difference.mean)) ± \(figure(width))" + (isUnsure ? " (unsure)" : "")
  }

  /// What the recommended configuration gives up: in which objectives another finalist has more.
  public var givesUp: [String] {
    objectives.indices.compactMap { place in
      guard let own = best.values[place]?.mean else { return nil }
      let objective = objectives[place]
      let others = trials.indices.filter {
        trials[$0].rung == rungCount && trials[$0].values[place] != nil
      }
      let most = others.max { one, other in
        objective.isBetter(
          trials[other].values[place]?.mean ?? own, than: trials[one].values[place]?.mean ?? own)
      }
      guard let most, let value = trials[most].values[place]?.mean,
        objective.isBetter(value, than: own), figure(value) != figure(own)
      else { return nil }
      let share =
        own == 0 || value == 0 ? "" : ", \(decimal((own / value - 1).magnitude * 100, places: 1)) %"
      return "\(objective.name): \(figure(own)), where \(trials[most].configuration.text) has"
        + " \(figure(value))\(share)"
    }
  }
}
