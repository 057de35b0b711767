extension ChatTemplate {
  /// Reads a template as a `tokenizer_config.json` has it, a program of Jinja.
  ///
  /// Known are the programs of ChatML (with or without a system message of its own), Llama 3, Zephyr and
  /// Mistral's first models in the words in which they were published, white space within tags and the kind of
  /// quotes aside.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - beginToken: What it calls `bos_token`.
  ///   - endToken: What it calls `eos_token`.
  /// - Throws: `Problem.unknownProgram` for any other.
  public init(
    program: String, beginToken: String?, endToken: String?
  ) throws(Problem) {
    let written = Self.canonical(program)
    for known in KnownProgram.all {
      guard let text = known.matches(written) else { continue }
      if known.usesTokens.begin, beginToken == nil { continue }
      if known.usesTokens.end, endToken == nil { continue }
      self = known.template(text, beginToken ?? "", endToken ?? "")
      return
    }
    throw .unknownProgram
  }

  /// A program as it is run, in one form: tags without white space outside of strings, strings in single
  /// quotes, and of the text between tags what is printed where blocks are trimmed as `transformers` sets it.
  static func canonical(_ program: String) -> String {
    var out: [Character] = []
    // A line end behind a block is not printed, nor are blanks before one on its line.
    var rest = Array(program)[...]
    var dropsLineEnd = false
    var dropsSpace = false
    while !rest.isEmpty {
      var text = rest.prefix { $0 != "{" }
      var tag = rest.dropFirst(text.count)
      while let first = tag.first, first == "{",
        !(tag.dropFirst().first.map { $0 == "%" || $0 == "{" || $0 == "#" } ?? false)
      {
        text = rest.prefix(text.count + 1)
        text += rest.dropFirst(text.count).prefix { $0 != "{" }
        tag = rest.dropFirst(text.count)
      }
      let kind = tag.dropFirst().first
      let takesLeft = tag.dropFirst(2).first == "-"
      if dropsSpace { text = text.drop { $0.isWhitespace } }
      if dropsLineEnd, text.first == "\n" { text = text.dropFirst() }
      if takesLeft {
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
      } else if kind == "%" {
        let kept = text.reversed().drop { $0 == " " || $0 == "\t" }
        if kept.isEmpty ? out.isEmpty || dropsLineEnd : kept.first == "\n" {
          text = text.prefix(kept.count)
        }
      }
      out += text
      if tag.isEmpty { break }
      let close: Character = kind == "{" ? "}" : kind == "%" ? "%" : "#"
      out += ["{", kind ?? " "]
      var place = tag.dropFirst(takesLeft ? 3 : 2)
      var quote: Character?
      dropsSpace = false
      while let character = place.first {
        if let open = quote {
          if character == "\\", let next = place.dropFirst().first {
            out += [character, next]
            place = place.dropFirst(2)
            continue
          }
          if character == open {
            quote = nil
            out.append("'")
          } else {
            out += character == "\n" ? ["\\", "n"] : [character]
          }
          place = place.dropFirst()
          continue
        }
        let isTrimming = character == "-" && place.dropFirst().first == close
        let end = isTrimming ? place.dropFirst() : place
        if end.first == close, end.dropFirst().first == "}" {
          dropsSpace = isTrimming
          place = end.dropFirst(2)
          break
        }
        if character == "'" || character == "\"" {
          quote = character
          out.append("'")
        } else if !character.isWhitespace {
          out.append(character)
        }
        place = place.dropFirst()
      }
      out += [close, "}"]
      dropsLineEnd = kind == "%" && !dropsSpace
      rest = place
    }
    return String(out)
  }
}

/// A program that is known, and what it does.
private struct KnownProgram: Sendable {
  /// In one form; where a text may stand of which nothing is known, a gap.
  let text: String
  let usesTokens: (begin: Bool, end: Bool)
  let template: @Sendable (_ gap: String, _ beginToken: String, _ endToken: String) -> ChatTemplate

  static let gap: Character = "\u{FFFC}"

  init(
    _ program: String,
    _ template: @escaping @Sendable (String, String, String) -> ChatTemplate
  ) {
    text = ChatTemplate.canonical(program)
    usesTokens = (text.contains("bos_token"), text.contains("eos_token"))
    self.template = template
  }

  /// What stands in the gap, empty where there is none; `nil` where the program is another one.
  func matches(_ program: String) -> String? {
    let parts = text.split(separator: Self.gap, omittingEmptySubsequences: false)
    if parts.count == 1 { return program == text ? "" : nil }
    guard program.hasPrefix(parts[0]), program.hasSuffix(parts[1]),
      program.count >= parts[0].count + parts[1].count
    else { return nil }
    let gap = program.dropFirst(parts[0].count).dropLast(parts[1].count)
    var out = ""
    var place = gap[...]
    while let character = place.first {
      place = place.dropFirst()
      if character == "'" { return nil }
      if character != "\\" {
        out.append(character)
        continue
      }
      switch place.first {
      case "n": out.append("\n")
      case "'": out.append("'")
      case "\"": out.append("\"")
      case "\\": out.append("\\")
      default: return nil
      }
      place = place.dropFirst()
    }
    return out
  }

  private static func named(_ name: String) -> ChatTemplate {
    guard let template = ChatTemplate.template(named: name) else {
      preconditionFailure("\(name) is a name")
    }
    return template
  }

  static let all: [KnownProgram] = {
    let message =
      "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    let prompt =
      "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    let loop = "{% for message in messages %}"
    let unset =
      "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
    let lead =
      "{% if loop.first and messages[0]['role'] != 'system' %}"
      + "{{ '<|im_start|>system\\n\(gap)<|im_end|>\\n' }}{% endif %}"
    var all: [KnownProgram] = []
    for start in ["", unset] {
      for end in ["", prompt] {
        all.append(
          KnownProgram(start + loop + message + "{% endfor %}" + end) { _, _, _ in named("chatml") }
        )
        all.append(
          KnownProgram(start + loop + lead + message + "{% endfor %}" + end) { gap, _, _ in
            var template = named("chatml")
            template.defaultSystem = gap
            return template
          })
      }
    }
    let header =
      "{% set loop_messages = messages %}{% for message in loop_messages %}"
      + "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'"
      + "+ message['content'] | trim + '<|eot_id|>' %}"
      + "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
      + "{{ content }}{% endfor %}"
    let answer = "<|start_header_id|>assistant<|end_header_id|>\\n\\n"
    for end in [
      "", "{% if add_generation_prompt %}{{ '\(answer)' }}{% endif %}", "{{ '\(answer)' }}",
    ] {
      all.append(
        KnownProgram(header + end) { _, begin, _ in
          var template = named("llama3")
          template.beginning = begin
          // As the first of these programs was published, it always asks for an answer.
          if end.hasPrefix("{{") {
            template.end = "<|start_header_id|>assistant<|end_header_id|>\n\n"
          }
          return template
        })
    }
    all.append(
      KnownProgram(
        """
        {% for message in messages %}
        {% if message['role'] == 'user' %}
        {{ '<|user|>\\n' + message['content'] + eos_token }}
        {% elif message['role'] == 'system' %}
        {{ '<|system|>\\n' + message['content'] + eos_token }}
        {% elif message['role'] == 'assistant' %}
        {{ '<|assistant|>\\n'  + message['content'] + eos_token }}
        {% endif %}
        {% if loop.last and add_generation_prompt %}
        {{ '<|assistant|>' }}
        {% endif %}
        {% endfor %}
        """
      ) { _, _, end in
        var template = named("zephyr")
        template.system?.after = end + "\n"
        template.user.after = end + "\n"
        template.assistant.after = end + "\n"
        template.tokens = [end]
        return template
      })
    for blank in ["", " + ' '"] {
      all.append(
        KnownProgram(
          "{{ bos_token }}{% for message in messages %}"
            + "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
            + "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}"
            + "{% endif %}{% if message['role'] == 'user' %}"
            + "{{ '[INST] ' + message['content'] + ' [/INST]' }}"
            + "{% elif message['role'] == 'assistant' %}"
            + "{{ message['content'] + eos_token\(blank) }}{% else %}"
            + "{{ raise_exception('Only user and assistant roles are supported!') }}"
            + "{% endif %}{% endfor %}"
        ) { _, begin, end in
          var template = named("mistral")
          template.beginning = begin
          // This one refuses system messages.
          template.systemInUser = nil
          template.assistant.after = end + (blank.isEmpty ? "" : " ")
          template.tokens = [begin, end]
          return template
        })
    }
    return all
  }()
}
