import Testing

@testable import Conversations

@Suite struct ConversationLossTests {
  static let tooled =
    #"{"messages":[{"role":"user","content":"q","name":"Ann"},{"role":"assistant","content":"so","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}},{"id":"2","function":{"name":"g","arguments":{}}}]},{"role":"tool","content":"r"},{"role":"tool","content":"s"},{"role":"assistant","content":"a","weight":1}],"tools":[{"type":"function","function":{"name":"f","strict":true}}]}"#

  @Test(
    arguments: [
      (ConversationFormat.messages, ConversationDialect.neutral, []),
      (.messages, .trl, [.trainingMask]),
      (.messages, .axolotl, [.toolKey("strict")]),
      (
        .shareGPT, .neutral,
        [.messageKey("name"), .textBesideCall, .callIdentifiers, .resultBorders]
      ),
      (
        .alpaca, .neutral,
        [.tools, .messageKey("name"), .toolCalls, .trainingMask]
      ),
      (
        .promptCompletion, .neutral,
        [.earlierTurns, .tools, .messageKey("name"), .toolCalls, .trainingMask]
      ),
    ] as [(ConversationFormat, ConversationDialect, [ConversationLoss])])
  func `a format says what it cannot hold`(
    format: ConversationFormat, dialect: ConversationDialect, expected: [ConversationLoss]
  ) throws {
    #expect(try conversation(Self.tooled).losses(to: format, for: dialect) == expected)
  }

  @Test(
    arguments: [
      (
        #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#,
        [.system]
      ),
      (#"{"instruction":"i","output":["a","b","c"]}"#, [.furtherAnswers]),
      (
        #"{"messages":[{"role":"user","content":[{"type":"image"},{"text":"a"},{"text":"b"}]},{"role":"assistant","content":"a"}]}"#,
        [.nonText, .textBorders]
      ),
      (
        #"{"prompt":"p","chosen":[{"role":"assistant","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"}],"rejected":"r"}"#,
        [.answerMessages]
      ),
    ] as [(String, [ConversationLoss])])
  func `plain texts cannot hold these`(record: String, expected: [ConversationLoss]) throws {
    // A conversation within chosen is taken for the whole one.
    let found = try conversation(record).losses(to: .promptCompletion, for: .neutral)
    #expect(Set(expected).isSubset(of: found) || found == expected, "\(found)")
  }

  @Test func `a record that fits loses nothing anywhere`() throws {
    for format in ConversationFormat.allCases {
      for dialect in ConversationDialect.allCases {
        for record in [
          #"{"instruction":"i","input":"n","output":"o"}"#, #"{"prompt":"p","completion":"c"}"#,
          #"{"prompt":"p","chosen":"c","rejected":"r"}"#,
          #"{"prompt":"p","completion":"c","label":true}"#, #"{"text":"t"}"#,
        ] {
          #expect(try conversation(record).losses(to: format, for: dialect).isEmpty)
        }
      }
    }
  }
}
