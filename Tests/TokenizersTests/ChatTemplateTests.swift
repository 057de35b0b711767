import JSON
import Testing

@testable import Tokenizers

struct ChatTemplateTests {
  static let message =
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
  static let prompt = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

  private func template(_ program: String, _ begin: String? = nil, _ end: String? = nil) throws
    -> ChatTemplate
  {
    try ChatTemplate(program: program, beginToken: begin, endToken: end)
  }

  private func named(_ name: String) throws -> ChatTemplate {
    try #require(ChatTemplate.template(named: name))
  }

  @Test func `a template is what its JSON says`() throws {
    for (name, template) in ChatTemplate.named {
      #expect(try ChatTemplate(template.json) == template, "\(name)")
    }
    #expect(ChatTemplate.template(named: "none") == nil)
    let json = JSONValue.members([
      "user": .array([.string("U"), .string("u")]),
      "assistant": .array([.string("A"), .string("")]),
      "default_system": .string("be kind"), "system": .null, "trim": .bool(true),
    ])
    let read = try ChatTemplate(json)
    #expect(read.user == .init("U", "u") && read.defaultSystem == "be kind" && read.trims)
  }

  @Test(arguments: [
    ("{}", "user"), ("[1]", "the whole"), ("{\"user\": [\"a\", \"b\"]}", "assistant"),
    ("{\"user\": [\"a\"], \"assistant\": [\"\", \"\"]}", "user"),
    ("{\"user\": [\"\", \"\"], \"assistant\": [\"\", \"\"], \"trim\": 1}", "trim"),
    ("{\"user\": [\"\", \"\"], \"assistant\": [\"\", \"\"], \"tokens\": [\"\"]}", "tokens"),
    (
      "{\"user\": [\"\", \"\"], \"assistant\": [\"\", \"\"], \"system\": [\"\", \"\"], \"system_in_user\":"
        + " [\"\", \"\"]}", "system_in_user"
    ),
  ])
  func `a file that says less or other things is refused by name`(text: String, member: String)
    throws
  {
    let bytes = Array(text.utf8)
    let parsed = JSONValue(parsing: bytes.span)
    let json = try #require(parsed)
    #expect(throws: ChatTemplate.Problem.malformed(member: member)) { try ChatTemplate(json) }
    let unknown = JSONValue.members(["users": .array([])])
    #expect(throws: ChatTemplate.Problem.unknown(member: "users")) { try ChatTemplate(unknown) }
  }

  @Test func `published programs are known, however their tags are spaced and quoted`() throws {
    let loop = "{% for message in messages %}"
    let plain = loop + Self.message + "{% endfor %}"
    for program in [
      plain, plain + Self.prompt,
      "{%for message in messages%}"
        + "{{ \"<|im_start|>\" + message[\"role\"]+\"\\n\" + message[\"content\"] + \"<|im_end|>\" + \"\\n\" }}"
        + "{%endfor%}",
      loop + "\n" + Self.message + "{% endfor %}\n  " + Self.prompt,
      loop + Self.message.split(separator: "\\n").joined(separator: "\n") + "{% endfor %}",
      "{%- for message in messages -%}\n  " + Self.message + "\n{%- endfor %}",
    ] {
      #expect(try template(program) == named("chatml"), "\(program)")
    }
    var system = try named("chatml")
    system.defaultSystem = "You're kind.\nAlways."
    let lead =
      "{% if loop.first and messages[0]['role'] != 'system' %}"
      + "{{ '<|im_start|>system\\nYou\\'re kind.\\nAlways.<|im_end|>\\n' }}{% endif %}"
    #expect(try template(loop + lead + Self.message + "{% endfor %}" + Self.prompt) == system)
  }

  @Test func `Llama's program begins with the token that the configuration names`() throws {
    let program =
      "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
      + "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + "
      + "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content "
      + "}}{% endfor %}"
    #expect(try template(program, "<|begin_of_text|>") == named("llama3"))
    var asking = try named("llama3")
    asking.end = "<|start_header_id|>assistant<|end_header_id|>\n\n"
    #expect(
      try template(
        program + "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}",
        "<|begin_of_text|>") == asking)
    // Without the token nobody knows what it prints.
    #expect(throws: ChatTemplate.Problem.unknownProgram) { try template(program) }
  }

  @Test func `any other program is refused`() {
    let loop = "{% for message in messages %}"
    for program in [
      "", "text", "{{", "{%", "{{ '", loop, loop + "{{ message['content'] }}{% endfor %}",
      // A line end that is printed, and one within a string.
      loop + Self.message + "\n{% endfor %}",
      loop + "x" + Self.message + "{% endfor %}",
      loop + Self.message.split(separator: "user").joined() + " {% endfor %}",
      loop
        + "{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\n' + system + "
        + "'<|im_end|>\\n' }}{% endif %}" + Self.message + "{% endfor %}",
    ] {
      #expect(throws: ChatTemplate.Problem.unknownProgram, "\(program)") {
        try template(program, "<s>", "</s>")
      }
    }
  }

  @Test func `white space goes from both ends, as Python takes it`() {
    for (text, expected) in [
      ("", ""), (" \n\t", ""), (" a b\u{A0}", "a b"), ("\u{3000}你\u{2028}", "你"),
      ("\u{1C}\u{1F}x\u{85}", "x"), ("\u{200B}x", "\u{200B}x"), ("x", "x"),
    ] {
      var bytes = Array("  ".utf8) + Array(text.utf8)
      ChatTemplate.trim(&bytes, from: 2)
      #expect(bytes == Array("  ".utf8) + Array(expected.utf8), "\(text.debugDescription)")
    }
  }
}
