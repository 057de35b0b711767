import Numbers

/// Numbers as a report shows them.
enum ReportNumber {
  /// A number in about three digits.
  ///
  /// - Parameter value: Any number.
  /// - Returns: Whole numbers with commas, others with as many decimals as three digits need; a dash for what
  ///   is not finite.
  static func brief(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    let size = value.magnitude
    if size == 0 { return "0" }
    if size >= 1e7 || size < 1e-4 { return scientific(value) }
    if value == value.rounded() { return minus(grouped(Int(value))) }
    let places = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
    return minus(decimal(value, places: places))
  }

  /// A number beside a tick: as `brief`, without zeros at its end.
  static func tick(_ value: Double) -> String {
    var text = brief(value)
    guard text.contains("."), !text.contains("e") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A real minus sign in place of a hyphen.
  static func minus(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  private static func scientific(_ value: Double) -> String {
    var mantissa = value
    var exponent = 0
    while mantissa.magnitude >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa.magnitude < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return minus(decimal(mantissa, places: 2)) + "e" + minus(String(exponent))
  }

  /// A number for data, in as many digits as a figure can show.
  ///
  /// - Parameter value: A finite number.
  /// - Returns: The number in five significant digits.
  static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value.isFinite ? 0 : .nan }
    var scale = 1.0
    var size = value.magnitude
    guard size < 1e15, size > 1e-15 else { return value }
    while size < 10_000 { (size, scale) = (size * 10, scale * 10) }
    if size >= 100_000 { return value.rounded() }
    return (value * scale).rounded() / scale
  }

  /// Even places for ticks.
  ///
  /// - Parameters:
  ///   - low: The lower end.
  ///   - high: The upper end, above it.
  ///   - count: About how many ticks there are to be.
  /// - Returns: Multiples of 1, 2 or 5 times a power of ten, within the ends.
  static func ticks(from low: Double, to high: Double, count: Int) -> [Double] {
    let width = (high - low) / Double(count)
    guard width > 0, width.isFinite else { return low.isFinite ? [low] : [] }
    var step = 1.0
    while step < width { step *= 10 }
    while step / 10 >= width { step /= 10 }
    for part in [0.2, 0.5] where step * part >= width {
      step *= part
      break
    }
    var ticks: [Double] = []
    var number = (low / step).rounded(.up)
    while number * step <= high + step * 1e-9, ticks.count < 50 {
      ticks.append(number == 0 ? 0 : number * step)
      number += 1
    }
    return ticks
  }
}

extension ReportArchive.Axis {
  /// What is in a bin, in words.
  ///
  /// - Parameter bin: The bin's number.
  /// - Returns: A range, a label, telling words, or that there is no value.
  func label(ofBin bin: Int) -> String {
    if bin >= valueBins { return "no value" }
    if !labels.isEmpty { return TextShown.shortened(labels[bin], to: 60) }
    if binning == "cvt" {
      let words = bin < binWords.count ? binWords[bin].prefix(4).joined(separator: ", ") : ""
      return words.isEmpty ? "cell \(bin + 1)" : words
    }
    if edges.isEmpty { return valueBins == 1 ? "all values" : "part \(bin + 1) of \(valueBins)" }
    if bin == 0 { return "below \(ReportNumber.brief(edges[0]))" }
    if bin >= edges.count { return "from \(ReportNumber.brief(edges[edges.count - 1]))" }
    return "\(ReportNumber.brief(edges[bin - 1])) to \(ReportNumber.brief(edges[bin]))"
  }
}
