import Testing

/// A sample and the values that the normative reference gives for it.
struct ReferenceVector: Sendable, CustomTestStringConvertible {
  var name: String
  var promptParts: [String]
  var response: String
  var tokens: Double
  var complexity: Double
  var quality: Double
  /// Words, numbers, operators and lines of the response, counted by the reference.
  var responseCounts: [Int]
  var testDescription: String { name }
}

/// Thirteen samples worked out with the reference implementation of the experiment, which walks byte
/// by byte and hashes words in another way.
let referenceVectors: [ReferenceVector] = [
  ReferenceVector(
    name: "one-word answer",
    promptParts: [
      "What is the capital of France?"
    ],
    response: "Paris.",
    tokens: 10, complexity: 0.79248125, quality: 0.415152288,
    responseCounts: [1, 0, 0, 1]),
  ReferenceVector(
    name: "no answer",
    promptParts: [
      "What is the capital of France?"
    ],
    response: "",
    tokens: 8, complexity: 0.5, quality: 0.0,
    responseCounts: [0, 0, 0, 0]),
  ReferenceVector(
    name: "text only",
    promptParts: [],
    response: "The quick brown fox jumps over the lazy dog. It's 3,000.5 "
      + "metres away, isn't it?",
    tokens: 26, complexity: 2.5, quality: 0.480812204,
    responseCounts: [17, 1, 0, 1]),
  ReferenceVector(
    name: "arithmetic",
    promptParts: [
      "Natalia sold clips to 48 of her friends in April, and then "
        + "she sold half as many clips in May. How many clips did "
        + "Natalia sell altogether in April and May?"
    ],
    response: "Natalia sold 48/2 = 24 clips in May.\n"
      + "Natalia sold 48+24 = 72 clips altogether in April and May.\n"
      + "#### 72",
    tokens: 69, complexity: 12.518900857, quality: 0.548613172,
    responseCounts: [20, 7, 4, 3]),
  ReferenceVector(
    name: "code",
    promptParts: [
      "You are a careful assistant.",
      "Write a Python function that returns the n-th Fibonacci "
        + "number without recursion.",
    ],
    response: "```python\n"
      + "def fib(n):\n"
      + "    a, b = 0, 1\n"
      + "    for _ in range(n):\n"
      + "        a, b = b, a + b\n"
      + "    return a\n"
      + "```\n"
      + "\n"
      + "The loop keeps only the last two values, so it needs "
      + "constant memory.",
    tokens: 79, complexity: 9.595799522, quality: 0.533414541,
    responseCounts: [32, 2, 3, 8]),
  ReferenceVector(
    name: "refusal",
    promptParts: [
      "Tell me about your feelings."
    ],
    response: "I'm sorry, but as an AI language model, I cannot have "
      + "feelings.",
    tokens: 23, complexity: 0.79248125, quality: 0.373673018,
    responseCounts: [12, 0, 0, 1]),
  ReferenceVector(
    name: "Chinese",
    promptParts: [
      "给出三个保持健康的秘诀。"
    ],
    response: "1. 均衡饮食，多吃水果和蔬菜。\n"
      + "2. 定期锻炼，保持身体活跃和强壮。\n"
      + "3. 保证充足的睡眠，保持规律的作息时间。",
    tokens: 74, complexity: 6.07487356, quality: 0.667864573,
    responseCounts: [43, 3, 0, 3]),
  ReferenceVector(
    name: "Russian",
    promptParts: [
      "Объясни, почему небо голубое."
    ],
    response: "Солнечный свет рассеивается молекулами воздуха, и синий "
      + "свет рассеивается сильнее красного. Поэтому небо кажется "
      + "голубым.",
    tokens: 70, complexity: 1.79248125, quality: 0.619642857,
    responseCounts: [15, 0, 0, 1]),
  ReferenceVector(
    name: "loop",
    promptParts: [
      "Say hello many times."
    ],
    response: "hello hello hello hello hello hello hello hello hello hello "
      + "hello hello hello hello hello hello hello hello hello hello",
    tokens: 26, complexity: 1.29248125, quality: 0.129496351,
    responseCounts: [20, 0, 0, 1]),
  ReferenceVector(
    name: "JSON",
    promptParts: [
      "Return JSON with exactly two keys.",
      "name: Ada, born 1815",
    ],
    response: "{\"name\": \"Ada\", \"born\": 1815}",
    tokens: 29, complexity: 5.754887502, quality: 0.438332594,
    responseCounts: [4, 1, 0, 1]),
  ReferenceVector(
    name: "cut-off list",
    promptParts: [
      "Explain photosynthesis in detail."
    ],
    response: "## Photosynthesis\n"
      + "\n"
      + "Photosynthesis converts light energy into chemical energy.\n"
      + "\n"
      + "- **Light reactions** split water and release oxygen.\n"
      + "- **The Calvin cycle** fixes carbon dioxide into sugars.\n"
      + "\n"
      + "Both stages take place in the chloroplast, and",
    tokens: 52, complexity: 3.357122759, quality: 0.712770464,
    responseCounts: [31, 0, 0, 5]),
  ReferenceVector(
    name: "echo",
    promptParts: [
      "Correct the grammar of: the committee have decided that the "
        + "annual meeting of the members will be held in the town hall "
        + "on Friday"
    ],
    response: "the committee have decided that the annual meeting of the "
      + "members will be held in the town hall on Friday",
    tokens: 46, complexity: 0.79248125, quality: 0.315183116,
    responseCounts: [20, 0, 0, 1]),
  ReferenceVector(
    name: "many scripts",
    promptParts: [
      "これは何ですか？"
    ],
    response: "これは日本語の文章です \u{1F600} \u{FFFD} 5 × 3 = 15, مرحبا 한국어 Größe",
    tokens: 41, complexity: 7.34044346, quality: 0.329278633,
    responseCounts: [17, 3, 2, 1]),
]
