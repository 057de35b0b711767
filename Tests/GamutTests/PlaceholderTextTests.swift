import Testing

@testable import Gamut

@Suite struct PlaceholderTextTests {
  private func isPlaceholder(_ bytes: [UInt8]) -> Bool { PlaceholderText.isPlaceholder(bytes.span) }
  private func isBlank(_ bytes: [UInt8]) -> Bool { PlaceholderText.isBlank(bytes.span) }

  @Test(arguments: [
    "N/A", " n/a.\n", "TODO", "TBD.", "...", "…", "……", "--", "———", "____", "***", "<noinput>",
    "<nooutput>", "<No Output>", "<output>", "[Insert chart here]", "[INSERT LOGO DESIGN]",
    "{{ answer }}", "(Output image)", "[Your name]", "&lt;无输出&gt;", "[插入条形图]",
    "No output required.", "Placeholder", "Lorem ipsum", "lorem ipsum dolor sit amet",
    "<insert example image here>",
  ])
  func `a text that holds the place of an answer is told`(text: String) {
    #expect(isPlaceholder(Array(text.utf8)))
    #expect(!isBlank(Array(text.utf8)))
  }

  @Test func `so is every phrase, as it stands, in capitals and with a full stop`() {
    for text in PlaceholderText.phrases + PlaceholderText.capitals {
      for written in [text, text + ".", " \(text)\n", text + ". "] {
        #expect(isPlaceholder(Array(written.utf8)), "\(written)")
      }
    }
    for text in PlaceholderText.phrases {
      #expect(isPlaceholder(Array(text.uppercased().utf8)), "\(text)")
    }
  }

  @Test func `so is a long one that begins as such texts do`() {
    let text = "  Lorem ipsum dolor " + String(repeating: "sit amet ", count: 40)
    #expect(isPlaceholder(Array(text.utf8)))
  }

  @Test(arguments: [
    "", " ", ".", "-", "?", "Yes", "none", "Na", "null", "todo", "Todo.", "tbd", ":-)", "😅🎉",
    "... --- ...", "[1, 2, 3]", "<b>", "<input>", "<img src=\"image.jpg\">", "(a) and (b)",
    "[output] of [it]", "The answer is N/A", "[Adjective, Noun, Verb]", "{\"output\": 3}",
    "No output", "Nothing", "Lorem", "Lo", "L", "l", "<", "[", "&", "&lt;", "&gt;", "()", "<>",
    "{{}}",
    "Insert", "Your answer is right",
  ])
  func `a text that may be an answer is none`(text: String) {
    #expect(!isPlaceholder(Array(text.utf8)))
  }

  @Test(arguments: ["", " \n\t\r", "\u{A0}", "\u{200B}", " \u{3000}\u{FEFF} \u{2060}\u{200D}"])
  func `nothing can be seen of white space and characters without width`(text: String) {
    #expect(isBlank(Array(text.utf8)))
    #expect(!isPlaceholder(Array(text.utf8)))
  }

  @Test(arguments: ["a", "。", "…", "😅", " \u{200B}.", "é", "\u{2010}"])
  func `anything else can be seen`(text: String) {
    #expect(!isBlank(Array(text.utf8)))
  }

  @Test func `bytes that are no text are safe`() {
    for first in UInt8.min...UInt8.max {
      for rest in [[], [0x80], [0xFF, 0xFF], [0x80, 0xA6, 0xE2]] as [[UInt8]] {
        let bytes = [first] + rest
        #expect(!isPlaceholder(bytes) || first == 0xE2)
        #expect(!isBlank([0x41] + bytes))
      }
    }
  }
}
