import Reporting
import Testing

@Suite struct TextTableTests {
  @Test func `data in a Markdown cell stay data`() {
    let table = TextTable(
      heads: [["label"], ["count"]],
      rows: [["a|b", "1"], [#"end\"#, "2"], ["<img src=x>", "3"], ["*bold* `code` &amp;", "4"]])
    let lines = table.markdown.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "| label | count |", "| --- | ---: |", #"| a\|b | 1 |"#, #"| end\\ | 2 |"#,
        #"| \<img src=x> | 3 |"#, #"| \*bold\* \`code\` \&amp; | 4 |"#,
      ])
  }
}
