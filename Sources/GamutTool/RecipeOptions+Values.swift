public import CommandLineKit
import Descriptors
public import Gamut
import LinearAlgebra
import Measures
import Reporting
import Samples
public import Selection
import Storage

/// The values of a recipe that have a notation of their own, and their faults in words.
extension RecipeOptions {
  /// One budget, or several with commas between them, each smaller than the next.
  static func budgets(_ text: String) throws(CommandLineError) -> [Recipe.WrittenBudget] {
    var budgets: [Recipe.WrittenBudget] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let part = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      let problem: String
      do throws(Budget.ParsingError) {
        let budget = try Budget(parsing: part)
        let last = budgets.last
        budgets.append(Recipe.WrittenBudget(budget, text: part))
        guard let last else { continue }
        switch last.budget.isSmaller(than: budget) {
        case true?: continue
        case false?: problem = "\(part) is not larger than \(last.text); budgets ascend"
        case nil:
          problem = "\(last.text) and \(part) are counted in different units; give all in one"
        }
      } catch {
        problem = error.message
      }
      throw .invalidValue(text, target: "--budget", problem: .because(problem))
    }
    return budgets
  }

  static func qualityColumn(_ text: String) throws(CommandLineError) -> Recipe.QualityColumn {
    var path = text
    var weight = 1.0
    if let colon = text.lastIndex(of: ":"), let value = Double(text[text.index(after: colon)...]) {
      path = String(text[..<colon])
      weight = value
    }
    guard !path.isEmpty else {
      throw .invalidValue(text, target: "--quality", problem: .expected("a field's name"))
    }
    guard weight.isFinite, weight != 0 else {
      throw .invalidValue(
        text, target: "--quality", problem: .because("a weight is a number other than 0"))
    }
    return Recipe.QualityColumn(path: path, weight: weight)
  }

  static func similarity(_ text: String) throws(ArgumentProblem) -> Double {
    guard let value = Double(text), value > 0, value <= 1 else {
      throw .expected("a similarity above 0 and at most 1")
    }
    return value
  }

  static func cosine(_ text: String) throws(ArgumentProblem) -> Double {
    // Compared in single precision, so it is held to its range there as well.
    guard let value = Double(text), Float(value) > -1, value <= 1 else {
      throw .expected("a cosine above -1 and at most 1")
    }
    return value
  }

  static func suspectKinds(_ lists: [String]) throws(CommandLineError) -> Set<SuspectKind> {
    var kinds: Set<SuspectKind> = []
    for list in lists {
      let names = list.split(separator: ",").map(String.init)
      let known = SuspectKind.allCases.map(\.rawValue) + ["all"]
      guard !names.isEmpty else {
        throw .invalidValue(list, target: "--drop", problem: .expectedOneOf(known))
      }
      for name in names {
        if name == "all" {
          kinds.formUnion(SuspectKind.allCases)
        } else if let kind = SuspectKind(rawValue: name) {
          kinds.insert(kind)
        } else {
          throw .invalidValue(name, target: "--drop", problem: .expectedOneOf(known))
        }
      }
    }
    return kinds
  }

  static func axis(_ text: String) throws(CommandLineError) -> AxisSpecification {
    do throws(DescriptorsError) {
      return try AxisSpecification(parsing: text, measures: Measure.allCases.map(\.rawValue))
    } catch {
      throw .invalidValue(text, target: "--axis", problem: .because(error.message))
    }
  }

  /// Checks what no axis can tell alone.
  static func checkTogether(_ axes: [AxisSpecification]) throws(CommandLineError) {
    do throws(DescriptorsError) {
      try AxisSpecification.check(axes)
    } catch {
      guard case .malformedAxis(let text, _) = error else { throw .refused(error.message) }
      throw .invalidValue(text, target: "--axis", problem: .because(error.message))
    }
  }

  static func requirement(_ text: String) throws(CommandLineError) -> Requirement {
    let problem: String
    do throws(Requirement.ParsingError) {
      return try Requirement(parsing: text)
    } catch {
      problem =
        switch error {
        case .noRelation:
          "it has no >, >=, < or <=; write METRIC OP TERM in quotes, as in 'vendi>random', or the shell takes"
            + " the > for itself"
        case .incomplete: "write METRIC OP TERM, as in 'vendi>random' or 'quality>=0.97*top'"
        case .unknownMetric(let name): unknownMetric(name)
        case .unknownTerm(let term):
          "'\(term)' is neither a number nor random, random-length, top or pool"
            + hint(term, among: ["random", "random-length", "top", "pool"])
        case .badFactor(let factor):
          "'\(factor)' is no number; write a number before the *, as in 0.97*top"
        }
    }
    throw .invalidValue(text, target: "--require", problem: .because(problem))
  }

  /// The metrics of lists of names.
  static func metrics(_ lists: [String]) throws(CommandLineError) -> Set<ProofMetric> {
    var metrics: Set<ProofMetric> = []
    for list in lists {
      let names = list.split(separator: ",").map(String.init)
      guard !names.isEmpty else {
        throw .invalidValue(
          list, target: "--metrics", problem: .expected("names of metrics, or all"))
      }
      for name in names {
        if name == "all" {
          metrics.formUnion(ProofMetric.all)
        } else if let metric = ProofMetric(named: name) {
          metrics.insert(metric)
        } else {
          throw .invalidValue(list, target: "--metrics", problem: .because(unknownMetric(name)))
        }
      }
    }
    return metrics
  }

  private static func unknownMetric(_ name: String) -> String {
    let known = ProofMetric.all.map(\.name)
    let near = hint(name, among: known + ProofMetric.shortNames.map(\.short))
    return "there is no metric '\(name)'"
      + (near.isEmpty ? "; known are \(known.joined(separator: ", "))" : near)
  }

  private static func hint(_ name: String, among known: [String]) -> String {
    suggestion(for: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  static func floor(_ text: String) throws(CommandLineError) -> Recipe.QualityFloor {
    let isPercentile = text.hasSuffix("%")
    guard let value = Double(isPercentile ? String(text.dropLast()) : text), value.isFinite else {
      throw .invalidValue(
        text, target: "--min-quality", problem: .expected("a number, or a percentile such as 20%"))
    }
    guard isPercentile else { return .value(value) }
    guard (0...100).contains(value) else {
      throw .invalidValue(
        text, target: "--min-quality", problem: .outOfRange(minimum: "0%", maximum: "100%"))
    }
    return .percentile(value)
  }
}

extension SelectionMethod: ExpressibleByArgument {}
extension Recipe.Normalization: ExpressibleByArgument {}
extension Recipe.MissingQuality: ExpressibleByArgument {}
extension SelectRequest.UnreadablePolicy: ExpressibleByArgument {}
extension SelectRequest.SubsetOrder: ExpressibleByArgument {}
extension SelectRequest.Format: ExpressibleByArgument {}
