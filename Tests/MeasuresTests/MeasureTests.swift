import Measures
import TestSupport
import Testing

@Suite struct MeasureTests {
  @Test func `has plain names and one-line summaries`() {
    #expect(Measure.names == Measure.allCases.map(\.rawValue))
    #expect(Set(Measure.names).count == Measure.names.count)
    for fixed in ["complexity", "quality", "tokens", "characters", "turns"] {
      #expect(Measure.names.contains(fixed))
    }
    for measure in Measure.allCases {
      #expect(measure.rawValue.allSatisfy { "abcdefghijklmnopqrstuvwxyz_".contains($0) })
      #expect(!measure.summary.isEmpty && measure.summary.count <= 80, "\(measure)")
      #expect(!measure.summary.contains { $0.isNewline })
      #expect(Set(Measure.allCases.map(\.summary)).count == Measure.allCases.count)
    }
  }

  @Test func `computes each measure from its own counts`() {
    let counts = counts(
      "You must name 2 planets (exactly).",
      "# Planets\n\n- Mercury\n- Mars\n\n**Sum** = 1 + 1; Mercury extraordinarily hot.")
    let expected: [Measure: Double] = [
      .words: 6 + 9, .lines: 1 + 4, .numbers: 1 + 2, .operators: 2, .longWords: 1,
      .constraints: 2, .structure: 2 + 2 + 1 + 2, .refusals: 0, .repetition: 0, .echo: 0,
      .completeness: 1, .vocabulary: 4.0 / 13, .code: 5.0 / 108, .turns: 1,
      .characters: 34 + 74,
    ]
    for (measure, value) in expected {
      #expect(abs(measure.value(of: counts) - value) < 1e-12, "\(measure)")
    }
  }

  @Test func `keeps the sides apart`() {
    let counts = counts("Say three words, please.", "Yes.")
    let sides =
      Measure.promptTokens.value(of: counts) + Measure.responseTokens.value(of: counts)
    #expect((0...1).contains(sides - Measure.tokens.value(of: counts)))
    #expect(Measure.responseTokens.value(of: counts) < Measure.promptTokens.value(of: counts))
  }

  @Test func `rises and falls as it says`() {
    let plain = "The sea is wide and the sky is blue today."
    func value(_ measure: Measure, _ response: String) -> Double {
      measure.value(of: counts(plain, response))
    }
    let loop = Array(repeating: "and so on it goes", count: 20).joined(separator: " ")
    #expect(value(.repetition, loop) > 0.8)
    #expect(value(.repetition, plain) == 0)
    #expect(value(.echo, plain) == 1)
    #expect(value(.echo, loop) == 0)
    #expect(value(.lexicalDiversity, loop) < value(.lexicalDiversity, plain))
    #expect(value(.code, "x[i] = f(y[j]);") > 0.05)
    #expect(value(.punctuation, "a, b, c!") > value(.punctuation, plain))
    #expect(value(.completeness, plain + "\n```") < 1)
    #expect(value(.refusals, "I'm sorry, I cannot.") == 2)
  }

  @Test func `compresses loops to little and short texts to more than they are`() {
    func ratio(_ text: String) -> Double {
      let counts = counts([(text, .text)], needsCompression: true)
      return Measure.compression.value(of: counts)
    }
    #expect(ratio("") == 1)
    #expect(ratio("a") > 1)
    #expect(ratio(String(repeating: "all work and no play ", count: 200)) < 0.05)
    var generator = SeededGenerator(seed: 2)
    let varied = generator.words(200).joined(separator: " ")
    #expect((0.4...0.9).contains(ratio(varied)))
  }

  @Test func `compresses prompts and responses as one, without the other texts`() {
    let halves = counts(
      [("all work and ", .prompt), ("no play", .response), ("xyz", .other)], needsCompression: true)
    let whole = counts([("all work and no play", .text)], needsCompression: true)
    #expect(halves.compressedBytes == whole.compressedBytes)
    #expect(Measure.allCases.filter(\.needsCompression) == [.compression])
  }

  @Test func `refuses compression that was not asked for`() async {
    await #expect(processExitsWith: .failure) {
      _ = Measure.compression.value(of: SampleCounts())
    }
  }
}
