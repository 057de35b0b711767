import Testing

@testable import Conversations

@Suite struct ConversationProblemTests {
  /// Messages by the first letters of who speaks: s, u, a, t (a result), c (a call).
  private func messages(_ speakers: String) -> String {
    let list = speakers.map { speaker in
      switch speaker {
      case "s": #"{"role":"system","content":"s"}"#
      case "u": #"{"role":"user","content":"u"}"#
      case "t": #"{"role":"tool","content":"t"}"#
      case "c":
        #"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}"#
      case "C":
        #"{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{}}},{"function":{"name":"g","arguments":{}}}]}"#
      case "e": #"{"role":"assistant","content":" \n"}"#
      default: #"{"role":"assistant","content":"a"}"#
      }
    }
    return #"{"messages":["# + list.joined(separator: ",") + "]}"
  }

  @Test(
    arguments: [
      ("ua", []), ("sua", []), ("uaua", []), ("ucta", []), ("uCtta", []), ("uCta", []),
      ("uctcta", []), ("uc", []), ("u", [.noAnswer]), ("s", [.noAnswer]),
      ("uau", [.endsUnanswered]),
      ("ue", [.emptyAnswer]), ("ueua", [.emptyAnswer]), ("usa", [.lateSystem]),
      ("ssua", [.lateSystem]), ("uua", [.outOfTurn]), ("uaa", [.outOfTurn]), ("a", [.outOfTurn]),
      ("aua", [.outOfTurn]), ("ucua", [.callWithoutResult]), ("uca", [.callWithoutResult]),
      ("uta", [.outOfTurn, .resultWithoutCall]), ("uctta", [.resultWithoutCall]),
      ("uctua", [.outOfTurn]), ("uct", [.endsUnanswered]),
    ] as [(String, [ConversationProblem])])
  func `who speaks when is checked`(speakers: String, expected: [ConversationProblem]) throws {
    // A result without a call also stands where only a prompt or an answer may.
    let found = try conversation(messages(speakers)).problems
    #expect(Set(found).isSuperset(of: expected.filter { $0 != .outOfTurn }), "\(found)")
    if !expected.contains(.resultWithoutCall) { #expect(found == expected) }
  }

  @Test(
    arguments: [
      (#"{"instruction":"i","output":""}"#, [.emptyAnswer]),
      (#"{"instruction":"i"}"#, [.noAnswer]),
      (#"{"text":"  "}"#, [.emptyAnswer]),
      (#"{"prompt":"p","chosen":"c","rejected":""}"#, [.emptyAnswer]),
      (
        #"{"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"f(1)"}]}"#,
        [.brokenCall]
      ),
      (
        #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{'a'}"}}]}]}"#,
        [.brokenCall]
      ),
      (
        #"{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}],"tools":"none"}"#,
        [.brokenTools]
      ),
      (
        #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","train":false}]}"#,
        [.nothingTrained]
      ),
    ] as [(String, [ConversationProblem])])
  func `what no trainer takes is found`(record: String, expected: [ConversationProblem]) throws {
    #expect(try conversation(record).problems == expected)
  }
}
