import JSON

/// What became of one sample of the pool and why: a line of the receipts file.
///
/// Keys in order: `source`, `line`, `id`, `status`, `quality`, `descriptor`, `cell`, `rank`, `order`
/// and, where they apply, `because` and `reason`. What a sample does not have is `null`; the descriptor
/// of a rejected line is an object without keys.
public struct Receipt: Sendable {
  /// A sample's value on one axis.
  public enum AxisValue: Sendable, Equatable {
    /// A number.
    case number(Double)
    /// A number known to single precision, printed as one.
    case single(Float)
    /// A label.
    case label(String)
    /// No value.
    case missing
  }

  /// The path of the sample's source.
  public var source: String
  /// The sample's line in its source, from 1; in a JSON array the number of its element.
  public var line: Int
  /// The record's own `id` as JSON text without white space between its tokens; empty for none.
  public var idText: [UInt8]
  /// What became of the sample.
  public var status: ReceiptStatus
  /// Its quality; `missing` if it has none, never a label.
  public var quality: AxisValue
  /// Its value on each axis; empty for a rejected line.
  public var descriptor: [(axis: String, value: AxisValue)]
  /// Its bin number on each axis, from 0; `nil` for a rejected line.
  public var cell: [Int]?
  /// Its place in its cell, from 1, if it may be chosen.
  public var rank: Int?
  /// Its place in the total order, from 1, if it may be chosen and the order was worked out that far.
  public var order: Int?
  /// The better sample that stands in its place, or the evaluation record that an excluded one overlaps
  /// with.
  public var because: (source: String, line: Int)?
  /// Why a line is not a readable record, or why a sample is never chosen, or always.
  public var reason: String?

  /// Makes a receipt.
  ///
  /// - Parameters:
  ///   - source: The path of the sample's source.
  ///   - line: The sample's line, from 1.
  ///   - status: What became of the sample.
  public init(source: String, line: Int, status: ReceiptStatus) {
    self.source = source
    self.line = line
    self.status = status
    idText = []
    quality = .missing
    descriptor = []
  }

  /// Appends the receipt as one line of JSON, line end included.
  ///
  /// - Parameter output: Where the bytes go.
  public func write(to output: inout [UInt8]) {
    var text = JSONText()
    swap(&text.bytes, &output)
    defer { swap(&text.bytes, &output) }
    text.append(raw: "{\"source\":")
    text.append(source)
    text.append(raw: ",\"line\":")
    text.append(line)
    text.append(raw: ",\"id\":")
    if idText.isEmpty {
      text.append(raw: "null")
    } else {
      text.bytes += idText
    }
    text.append(raw: ",\"status\":")
    text.append(status.name)
    text.append(raw: ",\"quality\":")
    text.append(quality)
    text.append(raw: ",\"descriptor\":{")
    for (number, (axis, value)) in descriptor.enumerated() {
      if number > 0 { text.append(raw: ",") }
      text.append(axis)
      text.append(raw: ":")
      text.append(value)
    }
    text.append(raw: "},\"cell\":")
    if let cell {
      text.append(raw: "[")
      for (number, bin) in cell.enumerated() {
        if number > 0 { text.append(raw: ",") }
        text.append(bin)
      }
      text.append(raw: "]")
    } else {
      text.append(raw: "null")
    }
    text.append(raw: ",\"rank\":")
    if let rank { text.append(rank) } else { text.append(raw: "null") }
    text.append(raw: ",\"order\":")
    if let order { text.append(order) } else { text.append(raw: "null") }
    if let because {
      text.append(raw: ",\"because\":{\"source\":")
      text.append(because.source)
      text.append(raw: ",\"line\":")
      text.append(because.line)
      text.append(raw: "}")
    }
    if let reason {
      text.append(raw: ",\"reason\":")
      text.append(reason)
    }
    text.append(raw: "}\n")
  }
}

extension JSONText {
  fileprivate mutating func append(_ value: Receipt.AxisValue) {
    switch value {
    case .number(let value): append(value)
    case .single(let value): append(value)
    case .label(let label): append(label)
    case .missing: append(raw: "null")
    }
  }
}
