import JSON
import Numbers
import Storage

/// The page of a report: one HTML file that loads nothing from anywhere.
///
/// Style and script stand in the page and are allowed by their hashes alone; what comes from data is text
/// (`Markup`) or JSON (`ReportData`), and never markup.
public struct ReportPage: Sendable {
  /// How large a page may become, in bytes.
  public static let byteLimit = 2_000_000
  /// How much of that samples take at most.
  static let sampleByteLimit = 1_200_000
  /// From how many bytes on a manifest is left out.
  static let manifestByteLimit = 150_000

  /// What the page shows.
  public let content: ReportContent
  /// The page.
  public let html: [UInt8]
  /// How many samples are on it.
  public let sampleCount: Int

  /// Makes the page.
  ///
  /// The same content gives the same bytes.
  ///
  /// - Parameter content: What the page shows.
  /// - Complexity: O(bytes of the page).
  public init(_ content: ReportContent) {
    self.content = content
    let sections = ReportSections(content)
    let (header, body) = (sections.header, sections.body)
    let data = ReportData(content: content)
    let assets = (style: PackageResources.report_css, script: PackageResources.report_js)
    // What is not samples comes first; these take the room that it leaves.
    let fixed =
      header.bytes.count + body.bytes.count + assets.style.count + assets.script.count + 8192
      + data.bytes(sampleByteLimit: 0).json.count
    let room = min(max(Self.byteLimit - fixed, 0), Self.sampleByteLimit)
    let (json, count) = data.bytes(sampleByteLimit: room)
    sampleCount = count
    let footer = sections.footer(sampleCount: count)
    var page: [UInt8] = []
    page.reserveCapacity(fixed + json.count)
    for piece in Self.pieces {
      switch piece {
      case .literal(let bytes): page += bytes
      case .field("policy"): page += Self.policy(style: assets.style, script: assets.script)
      case .field("title"):
        var title = Markup()
        title.text("\(content.name) – Gamut")
        page += title.bytes
      case .field("style"): page += assets.style
      case .field("script"): page += assets.script
      case .field("header"): page += header.bytes
      case .field("body"): page += body.bytes
      case .field("footer"): page += footer.bytes
      case .field("data"): page += json
      case .field(let name): preconditionFailure("the page has no field '\(name)'")
      }
    }
    html = page
  }

  /// What may run: the page's own style and script, by their hashes; nothing is fetched, sent or framed.
  private static func policy(style: [UInt8], script: [UInt8]) -> [UInt8] {
    Array(
      """
      default-src 'none'; style-src 'sha256-\(base64Digest(style))'; \
      script-src 'sha256-\(base64Digest(script))'; base-uri 'none'; form-action 'none'
      """.utf8)
  }

  /// The SHA-256 of bytes, in base64.
  private static func base64Digest(_ bytes: [UInt8]) -> String {
    let hasher = SHA256()
    hasher.update(bytes.span)
    let digits = hasher.finish().compactMap(\.hexDigitValue)
    let digest = stride(from: 0, to: digits.count, by: 2).map {
      UInt32(digits[$0] << 4 | digits[$0 + 1])
    }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: digest.count, by: 3) {
      let group = digest[start..<min(start + 3, digest.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | $1 } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        text.append(
          place <= group.count ? letters[Int(bits >> UInt32(18 - 6 * place)) & 63] : "=")
      }
    }
    return text
  }

  private enum Piece {
    case literal([UInt8])
    case field(String)
  }

  /// The page's frame, cut at its fields.
  private static let pieces: [Piece] = {
    let frame = PackageResources.report_html
    var pieces: [Piece] = []
    var start = 0
    var index = 0
    while index + 1 < frame.count {
      guard frame[index] == UInt8(ascii: "{"), frame[index + 1] == UInt8(ascii: "{") else {
        index += 1
        continue
      }
      pieces.append(.literal(Array(frame[start..<index])))
      let name = frame[(index + 2)...].prefix { $0 != UInt8(ascii: "}") }
      pieces.append(.field(String(decoding: name, as: UTF8.self)))
      index += name.count + 4
      start = index
    }
    pieces.append(.literal(Array(frame[start...])))
    return pieces
  }()
}
