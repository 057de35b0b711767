public import JSON

extension Tokenizer {
  /// Reads a tokenizer.
  ///
  /// - Parameter bytes: The contents of a `tokenizer.json`.
  /// - Throws: `TokenizersError.notJSON`, `malformed`, `unknownToken` or `unsupported`.
  /// - Complexity: O(bytes).
  public init(parsing bytes: Span<UInt8>) throws(TokenizersError) {
    guard let json = JSONValue(parsing: bytes) else { throw .notJSON }
    try self.init(json)
  }

  /// Reads a tokenizer.
  ///
  /// - Parameter json: The value of a `tokenizer.json`.
  /// - Throws: `TokenizersError.malformed`, `unknownToken` or `unsupported`.
  public init(_ json: JSONValue) throws(TokenizersError) {
    guard let model = json["model"], model.members != nil else { throw .malformed(part: "model") }
    var normalizers: [Normalizer] = []
    try Self.add(json["normalizer"], to: &normalizers)
    var preTokenizers = PreTokenizerList()
    try preTokenizers.add(json["pre_tokenizer"])
    self.normalizers = normalizers
    self.preTokenizers = preTokenizers.steps
    self.model = try Self.model(model, isByteLevel: preTokenizers.isByteLevel)
    templateTokenCount = try Self.templateTokens(json["post_processor"])
    (addedTokens, addedNormalizedTokens, specialTokens) = try Self.added(
      json["added_tokens"], normalizers)
  }

  private static func type(of json: JSONValue, _ part: String) throws(TokenizersError) -> String {
    guard let type = json["type"]?.text else { throw .malformed(part: "\(part).type") }
    return type
  }

  private static func add(
    _ json: JSONValue?, to normalizers: inout [Normalizer]
  ) throws(TokenizersError) {
    guard let json, json != .null else { return }
    let type = try type(of: json, "normalizer")
    func flag(_ key: String, _ standard: Bool) -> Bool { json[key]?.truth ?? standard }
    switch type {
    case "Sequence":
      guard let items = json["normalizers"]?.items else {
        throw .malformed(part: "normalizer.normalizers")
      }
      for item in items { try add(item, to: &normalizers) }
    case "NFC": normalizers.append(.unicode(UnicodeNormalization(.nfc)))
    case "NFD": normalizers.append(.unicode(UnicodeNormalization(.nfd)))
    case "NFKC": normalizers.append(.unicode(UnicodeNormalization(.nfkc)))
    case "NFKD": normalizers.append(.unicode(UnicodeNormalization(.nfkd)))
    case "Lowercase": normalizers.append(.lowercase(.lowercase))
    case "StripAccents": normalizers.append(.stripAccents)
    case "BertNormalizer":
      let lowercases = flag("lowercase", true)
      let stripsAccents = json["strip_accents"]?.truth ?? lowercases
      normalizers.append(
        .bert(
          cleans: flag("clean_text", true), spacesIdeographs: flag("handle_chinese_chars", true),
          accents: stripsAccents ? UnicodeNormalization(.nfd) : nil,
          lowercase: lowercases ? .lowercase : nil))
    case "Prepend":
      guard let text = json["prepend"]?.text else { throw .malformed(part: "normalizer.prepend") }
      normalizers.append(.prepend(Array(text.utf8)))
    case "Replace":
      guard let content = json["content"]?.text, let pattern = json["pattern"] else {
        throw .malformed(part: "normalizer.pattern")
      }
      if pattern["Regex"]?.text == " {2,}" {
        normalizers.append(.joinSpaces(Array(content.utf8)))
        return
      }
      guard let text = pattern["String"]?.text else {
        throw .unsupported(
          part: "normalizer", what: "Replace of the pattern \(pattern["Regex"]?.text ?? "")")
      }
      normalizers.append(.replace(Array(text.utf8), Array(content.utf8)))
    case "Nmt": normalizers.append(.nmt)
    case "Precompiled":
      guard let text = json["precompiled_charsmap"]?.text, let bytes = bytesOfBase64(text),
        let map = PrecompiledNormalization(bytes)
      else { throw .malformed(part: "normalizer.precompiled_charsmap") }
      normalizers.append(.precompiled(map))
    case "Strip":
      normalizers.append(
        .strip(left: flag("strip_left", true), right: flag("strip_right", true)))
    default: throw .unsupported(part: "normalizer", what: type)
    }
  }

  /// The steps of a pre-tokenizer, and whether they end in bytes.
  private struct PreTokenizerList {
    var steps: [PreTokenizer] = []
    var isByteLevel = false

    mutating func add(_ json: JSONValue?) throws(TokenizersError) {
      guard let json, json != .null else { return }
      let type = try Tokenizer.type(of: json, "pre_tokenizer")
      if type == "Sequence" {
        guard let items = json["pretokenizers"]?.items else {
          throw .malformed(part: "pre_tokenizer.pretokenizers")
        }
        for item in items { try add(item) }
        return
      }
      // Behind it characters stand for bytes, and what they are is another matter.
      guard !isByteLevel else {
        throw .unsupported(part: "pre_tokenizer", what: "\(type) behind ByteLevel")
      }
      switch type {
      case "ByteLevel":
        isByteLevel = true
        if json["add_prefix_space"]?.truth ?? true { steps.append(.prefixSpace) }
        if json["use_regex"]?.truth ?? true {
          steps.append(.split(.pattern(.gpt2), .isolated, inverted: false))
        }
      case "Split":
        steps.append(
          .split(
            try Self.matcher(json["pattern"]), try Self.behavior(json["behavior"]),
            inverted: json["invert"]?.truth ?? false))
      case "Digits":
        steps.append(
          .split(
            .characters(.digit),
            json["individual_digits"]?.truth ?? false ? .isolated : .contiguous, inverted: false))
      case "Punctuation":
        steps.append(
          .split(
            .characters(.sign), try Self.behavior(json["behavior"] ?? .string("Isolated")),
            inverted: false))
      case "Whitespace": steps.append(.split(.pattern(.words), .removed, inverted: true))
      case "WhitespaceSplit":
        steps.append(.split(.characters(.space), .removed, inverted: false))
      case "BertPreTokenizer":
        steps.append(.split(.characters(.space), .removed, inverted: false))
        steps.append(.split(.characters(.sign), .isolated, inverted: false))
      case "CharDelimiterSplit":
        guard let delimiter = json["delimiter"]?.text else {
          throw .malformed(part: "pre_tokenizer.delimiter")
        }
        steps.append(.split(.literal(Array(delimiter.utf8)), .removed, inverted: false))
      case "Metaspace":
        guard let replacement = json["replacement"]?.text else {
          throw .malformed(part: "pre_tokenizer.replacement")
        }
        var prepending = PreTokenizer.Prepending.always
        if let scheme = json["prepend_scheme"]?.text {
          guard let known = PreTokenizer.Prepending(rawValue: scheme) else {
            throw .malformed(part: "pre_tokenizer.prepend_scheme")
          }
          prepending = known
        } else if json["add_prefix_space"]?.truth == false {
          prepending = .never
        }
        steps.append(
          .metaspace(
            replacement: Array(replacement.utf8), prepends: prepending,
            splits: json["split"]?.truth ?? true))
      default: throw .unsupported(part: "pre_tokenizer", what: type)
      }
    }

    private static func matcher(_ json: JSONValue?) throws(TokenizersError) -> PreTokenizer.Matcher
    {
      if let text = json?["String"]?.text { return .literal(Array(text.utf8)) }
      guard let text = json?["Regex"]?.text else { throw .malformed(part: "pre_tokenizer.pattern") }
      guard let pattern = SplitPattern(text) else {
        throw .unsupported(part: "pre_tokenizer", what: "Split by the pattern \(text)")
      }
      return .pattern(pattern)
    }

    private static func behavior(
      _ json: JSONValue?
    ) throws(TokenizersError) -> PreTokenizer.Behavior {
      guard let name = json?.text, let behavior = PreTokenizer.Behavior(rawValue: name) else {
        throw .malformed(part: "pre_tokenizer.behavior")
      }
      return behavior
    }
  }

  /// How many tokens a post-processor puts around one text.
  private static func templateTokens(_ json: JSONValue?) throws(TokenizersError) -> Int {
    guard let json, json != .null else { return 0 }
    let type = try type(of: json, "post_processor")
    switch type {
    case "ByteLevel": return 0
    case "BertProcessing", "RobertaProcessing": return 2
    case "Sequence":
      var count = 0
      for item in json["processors"]?.items ?? [] { count += try templateTokens(item) }
      return count
    case "TemplateProcessing":
      var count = 0
      for item in json["single"]?.items ?? [] {
        guard let special = item["SpecialToken"] else { continue }
        guard let name = special["id"]?.text,
          let numbers = json["special_tokens"]?[name]?["ids"]?.items
        else { throw .malformed(part: "post_processor.special_tokens") }
        count += numbers.count
      }
      return count
    default: throw .unsupported(part: "post_processor", what: type)
    }
  }

  private static func added(
    _ json: JSONValue?, _ normalizers: [Normalizer]
  ) throws(TokenizersError) -> (AddedTokens, AddedTokens, [String]) {
    var plain: [AddedTokens.Token] = []
    var normalized: [AddedTokens.Token] = []
    var special: [String] = []
    let classes = UnicodeTables.shared.classes
    if let json, json != .null, json.items == nil { throw .malformed(part: "added_tokens") }
    for (index, item) in (json?.items ?? []).enumerated() {
      guard let content = item["content"]?.text else {
        throw .malformed(part: "added_tokens[\(index)].content")
      }
      func flag(_ key: String) -> Bool { item[key]?.truth ?? false }
      var token = AddedTokens.Token(
        content: Array(content.utf8), isSingleWord: flag("single_word"),
        takesLeft: flag("lstrip"), takesRight: flag("rstrip"))
      if flag("special") { special.append(content) }
      if item["normalized"]?.truth ?? !flag("special") {
        for normalizer in normalizers {
          var out: [UInt8] = []
          normalizer.apply(to: token.content.span, classes.span, into: &out)
          token.content = out
        }
        normalized.append(token)
      } else {
        plain.append(token)
      }
    }
    return (AddedTokens(plain), AddedTokens(normalized), special)
  }
}

extension CharacterMapping {
  /// To small letters, each for itself.
  static let lowercase = CharacterMapping(GeneratedUnicodeTables.lowercase)
}
