import Samples
import Testing

@Suite struct SampleReaderTests {
  @Test func `reads a line of Alpaca`() throws {
    let records = try read(#"{"instruction": "Say \"hi\"", "input": "now", "output": "Hi\n"}"#)
    #expect(records.count == 1)
    #expect(
      records[0].texts == [
        ReadText(.prompt, "Say \"hi\"", 0), ReadText(.prompt, "now", 0),
        ReadText(.response, "Hi\n", 1),
      ])
    #expect(records[0].turns == 2)
    #expect(records[0].shape == .alpaca)
  }
}
