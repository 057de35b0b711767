import Testing

@testable import Conversations

@Suite struct ConversationReaderTests {
  /// Records, and what they are as messages.
  static let shapes: [(record: String, messages: String)] = [
    (
      #"{"instruction":"Add","input":"1 2","output":"3"}"#,
      #"{"messages":[{"role":"user","content":"Add\n1 2"},{"role":"assistant","content":"3"}],"instruction_length":3}"#
    ),
    (
      #"{"instruction":"Hi","input":"","output":"Yo","system":"S","history":[["a","b"]]}"#,
      #"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}]}"#
    ),
    (
      #"{"instruction":"Sum","context":"text","response":"s","category":"c"}"#,
      #"{"messages":[{"role":"user","content":"Sum\ntext"},{"role":"assistant","content":"s"}],"instruction_length":3,"category":"c"}"#
    ),
    (
      #"{"conversations":[{"from":"system","value":"S"},{"from":"human","value":"q"},{"from":"gpt","value":"\u00e9"}]}"#,
      #"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"q"},{"role":"assistant","content":"\u00e9"}]}"#
    ),
    (
      #"{"messages":[{"role":"developer","content":"S"},{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":"a","weight":0},{"role":"user","content":"r"},{"role":"assistant","content":"b","weight":1}]}"#,
      #"{"messages":[{"role":"system","content":"S","weight":null},{"role":"user","content":"q","weight":null},{"role":"assistant","content":"a","weight":0},{"role":"user","content":"r","weight":null},{"role":"assistant","content":"b","weight":1}]}"#
    ),
    (
      #"{"prompt":"p","completion":"c","id":7}"#,
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"id":7}"#
    ),
    (
      #"{"prompt":[{"role":"user","content":"p"}],"response":[{"role":"assistant","content":"c"}]}"#,
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}]}"#
    ),
    (
      #"{"question":"p","answer":"c"}"#,
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}]}"#
    ),
    (
      #"{"prompt":"p","chosen":"c","rejected":"r"}"#,
      #"{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}"#
    ),
    (
      #"{"chosen":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"rejected":[{"role":"user","content":"p"},{"role":"assistant","content":"r"}]}"#,
      #"{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}"#
    ),
    (
      #"{"conversations":[{"from":"human","value":"p"}],"chosen":{"from":"gpt","value":"c"},"rejected":{"from":"gpt","value":"r"}}"#,
      #"{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}"#
    ),
    (
      #"{"instruction":"p","input":"","output":["c","r"]}"#,
      #"{"prompt":[{"role":"user","content":"p"}],"chosen":[{"role":"assistant","content":"c"}],"rejected":[{"role":"assistant","content":"r"}]}"#
    ),
    (
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"label":false}"#,
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"label":false}"#
    ),
    (
      #"{"instruction":"Do","instances":[{"input":"1","output":"a"},{"input":"2","output":"b"}]}"#,
      #"{"messages":[{"role":"user","content":"Do\n1"},{"role":"assistant","content":"a"},{"role":"user","content":"2"},{"role":"assistant","content":"b"}]}"#
    ),
    (#"{"text":"t","label":"x"}"#, #"{"text":"t","label":"x"}"#),
  ]

  @Test(arguments: shapes)
  func `records of every shape become messages`(record: String, messages: String) throws {
    #expect(try written(record, to: .messages) == messages)
  }

  @Test func `calls of tools are known in each of their forms`() throws {
    let calls =
      #"{"messages":[{"role":"user","content":"q","tool_calls":null},{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},{"role":"tool","content":"r","tool_calls":null},{"role":"assistant","content":"a","tool_calls":null}],"tools":"[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]"}"#
    for record in [
      #"{"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"{\"name\": \"f\", \"arguments\": {\"a\": 1}}"},{"from":"observation","value":"r"},{"from":"gpt","value":"a"}],"tools":"[{\"name\": \"f\"}]"}"#,
      #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f","arguments":{"a": 1}}}]},{"role":"tool","content":"r"},{"role":"assistant","content":"a"}],"tools":[{"type":"function","function":{"name": "f"}}]}"#,
      #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"a\": 1}"}},{"role":"function","content":"r"},{"role":"assistant","content":"a"}],"functions":[{"name": "f"}]}"#,
    ] {
      #expect(try written(record, to: .messages) == calls)
      #expect(try conversation(record).problems.isEmpty)
    }
    #expect(try written(calls, to: .messages) == calls)
  }

  @Test func `what is no record of any shape is none`() {
    for json in [
      "[]", "3", "{}", #"{"foo":1}"#, #"{"messages":"x"}"#, #"{"messages":[{"role":"alien"}]}"#,
      #"{"prompt":3}"#,
    ] {
      #expect(ConversationReader.conversation(of: WrittenJSON(Array(json.utf8)[...])) == nil)
    }
  }
}
