/// The names under which speakers go in records.
enum RoleName {
  /// Tells who speaks under a name.
  ///
  /// - Parameter name: The name as it is written; case does not matter.
  /// - Returns: Who speaks, and whether what is said is a call; `nil` for an unknown name.
  static func role(_ name: WrittenText) -> (role: Conversation.Role, isCall: Bool)? {
    switch name.string.lowercased() {
    case "user", "human", "prompter": (.user, false)
    case "assistant", "gpt", "chatgpt", "bard", "bing", "claude", "model", "bot":
      (.assistant, false)
    case "system", "developer": (.system, false)
    case "function_call", "tool_call": (.assistant, true)
    case "tool", "function", "observation", "ipython", "tool_response": (.tool, false)
    default: nil
    }
  }
}
