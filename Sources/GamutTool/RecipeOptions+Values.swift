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
  static func budget(_ text: String) throws(CommandLineError) -> Budget {
    do throws(Budget.ParsingError) {
      return try Budget(parsing: text)
    } catch {
      throw .invalidValue(text, target: "--budget", problem: .because(error.message))
    }
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

  static func suspectKinds(_ lists: [String]) throws(CommandLineError) -> Set<SuspectKind> {
    var kinds: Set<SuspectKind> = []
    for list in lists {
      let names = list.split(separator: ",").map(String.init)
      let known = SuspectKind.allCases.map(\.rawValue) + ["all"]
      guard !names.isEmpty else {
        throw .invalidValue(
          list, target: "--drop", problem: .expectedOneOf(known))
      }
      for name in names {
        if name == "all" {
          kinds.formUnion(SuspectKind.allCases)
        } else if let kind = SuspectKind(rawValue: name) {
          kinds.insert(kind)
        } else {
          throw .invalidValue(
            name, target: "--drop", problem: .expectedOneOf(known))
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
