internal import JSON
import Reporting

/// The smallest, middle and largest of repeated measurements.
struct Spread {
  /// What was measured, in ascending order.
  let values: [Double]

  /// - Parameter values: At least one measurement, in any order.
  init(_ values: [Double]) {
    precondition(!values.isEmpty, "a spread needs a measurement")
    self.values = values.sorted()
  }

  var least: Double { values[0] }
  /// The middle one; of an even number, the mean of the two in the middle.
  var median: Double {
    (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
  }
  var greatest: Double { values[values.count - 1] }

  var json: JSONValue {
    .members([
      "min": .number(least), "median": .number(median), "max": .number(greatest),
      "repetitions": .integer(values.count),
    ])
  }

  /// Three cells of a table of Markdown: least, median, greatest.
  func cells(places: Int) -> String {
    [least, median, greatest].map { fixed($0, places: places) }.joined(separator: " | ")
  }
}

/// A number with a fixed count of decimal places, halves away from zero.
func fixed(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return "-" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let digits = String(Int(scaled))
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return sign + grouped(digits) }
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return sign + grouped(String(padded.dropLast(places))) + "." + padded.suffix(places)
}

/// Digits with a comma before every third from the right.
private func grouped(_ digits: String) -> String {
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
