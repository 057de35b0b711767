import LinearAlgebra
import Samples
import Testing

@testable import GamutTool

/// Errors that no command line can bring about at will, in words.
@Suite struct WordingTests {
  @Test func `too little memory is told as such, with what it was for`() {
    #expect(
      SamplesError.outOfMemory(path: "a.jsonl", byteCount: 1_048_576).message
        == "not enough memory to read 1,048,576 bytes of a.jsonl")
    #expect(
      SamplesError.outOfMemory(path: "", byteCount: 1_048_576).message
        == "not enough memory to make a parser")
    #expect(
      LinearAlgebraError.outOfMemory(dimension: 4096).message
        == "not enough memory for the topics of vectors of 4,096 dimensions")
  }
}
