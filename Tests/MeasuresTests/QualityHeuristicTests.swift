import Measures
import TestSupport
import Testing

/// Answers of the same kind in several languages.
private let answers: [(language: String, text: String)] = [
  (
    "English",
    """
    Plants make their food from light. The leaves take in carbon dioxide through small openings, and \
    the roots bring water from the soil. Inside the chloroplasts, energy from the sun turns both into \
    sugar, while oxygen returns to the air. Without this process, animals would find nothing to eat \
    and nothing to breathe.
    """
  ),
  (
    "Chinese",
    """
    植物利用阳光制造养分。叶片通过气孔吸收二氧化碳，根系从土壤中吸取水分。在叶绿体内，太阳能把二者转化为糖，\
    同时向空气中释放氧气。如果没有这个过程，动物既找不到食物，也无法呼吸。因此，保护森林对人类非常重要。
    """
  ),
  (
    "Russian",
    """
    Растения создают питательные вещества из света. Листья поглощают углекислый газ через устьица, а \
    корни получают воду из почвы. Внутри хлоропластов солнечная энергия превращает их в сахар, и \
    кислород возвращается в воздух. Без этого процесса животные не нашли бы пищи.
    """
  ),
  (
    "Arabic",
    """
    تصنع النباتات غذاءها من ضوء الشمس. تمتص الأوراق ثاني أكسيد الكربون من الهواء، وتجلب الجذور الماء \
    من التربة. داخل البلاستيدات الخضراء تتحول الطاقة الشمسية إلى سكر، ويعود الأكسجين إلى الهواء. لولا \
    هذه العملية لما وجدت الحيوانات طعاما.
    """
  ),
  (
    "Japanese",
    """
    植物は光から栄養を作ります。葉は気孔から二酸化炭素を取り込み、根は土から水を吸い上げます。葉緑体の中で\
    太陽のエネルギーが両方を糖に変え、酸素は空気に戻ります。この働きがなければ、動物は食べ物を見つけられません。
    """
  ),
]

@Suite struct QualityHeuristicTests {
  private let good = answers[0].text

  @Test func `is nothing for an answer without words`() {
    for text in ["", " ", "\n", "...", "!?", "\u{1F600}"] { #expect(quality("", text) == 0) }
  }

  @Test func `has no floor for a short correct answer`() {
    #expect((0.4...0.5).contains(quality("What is the capital of France?", "Paris.")))
    #expect((0.4...0.5).contains(quality("What is 6 times 7?", "42")))
  }

  @Test(arguments: answers)
  func `rates an answer above its broken versions`(language: String, text: String) {
    let whole = quality("", text)
    #expect(whole > 0.5, "\(language)")
    let start = String(text.prefix(text.count / 6))
    #expect(quality("", start) < whole, "\(language), truncated")
    let loop = Array(repeating: start, count: 6).joined(separator: " ")
    #expect(quality("", loop) < whole, "\(language), repeated")
    let broken = text.map { $0.isLetter && $0.utf8.count > 1 ? "\u{FFFD}" : String($0) }.joined()
    if broken != text { #expect(quality("", broken) < 0.1, "\(language), mis-decoded") }
  }

  @Test func `falls for each fault`() {
    let whole = quality("", good)
    let faults: [(String, String)] = [
      ("repetition", Array(repeating: good, count: 3).joined(separator: "\n")),
      ("refusal", "I'm sorry, but as an AI language model I cannot say. " + good),
      ("open fence", good + "\n```swift\nlet x = 1\n"),
      ("no end", String(good.dropLast())),
      ("comma at the end", String(good.dropLast()) + ","),
      ("colon at the end", String(good.dropLast()) + ":"),
      ("replacement characters", good + " \u{FFFD}\u{FFFD}"),
      ("open brackets", good + " ([{([{([{ end."),
    ]
    for (name, text) in faults { #expect(quality("", text) < whole, "\(name)") }
    #expect(quality(good, good) < whole)
    #expect(quality("", good + "\n```swift\nlet x = 1\n```") > 0.9 * whole)
  }

  @Test func `lowers no factor of a sound answer`() {
    let judged = QualityHeuristic(of: counts("Explain photosynthesis.", good).response)
    let factors = [
      judged.unrepeated, judged.ended, judged.notCutOff, judged.closedFences, judged.closedBrackets,
      judged.unrefused, judged.unechoed, judged.encoded,
    ]
    #expect(factors == [Double](repeating: 1, count: 8))
  }

  @Test func `stays within its bounds`() {
    for seed in 0..<300 {
      var generator = SeededGenerator(seed: seed)
      let length = Int.random(in: 0...200, using: &generator)
      let response = counts(generator.text(length: 20), generator.text(length: length)).response
      let judged = QualityHeuristic(of: response)
      #expect((0...1).contains(judged.value))
      for term in [judged.variety, judged.vocabulary, judged.structure, judged.encoded] {
        #expect((0...1).contains(term))
      }
      #expect((0.4...1).contains(judged.unrepeated))
      #expect((0.8...1).contains(judged.closedBrackets))
      #expect((0.7...1).contains(judged.unechoed))
    }
  }

  @Test func `does not punish code, JSON or formulas`() {
    let code = """
      ```python
      def fib(n):
          a, b = 0, 1
          for _ in range(n):
              a, b = b, a + b
          return a
      ```
      """
    let json = """
      {"name": "Ada", "born": 1815, "fields": ["mathematics", "computing"], "known": true}
      """
    let formula = #"$$\int_0^1 x^2 \, dx = \left[ \frac{x^3}{3} \right]_0^1 = \frac{1}{3}$$"#
    let bareCode = "int add(int a, int b) {\n  int sum = a + b;\n  return sum;\n}"
    for text in [code, json, formula, bareCode] {
      #expect(quality("", text) > 0.42, "\(text)")
      let judged = QualityHeuristic(of: counts("", text).response)
      #expect(judged.ended * judged.notCutOff * judged.closedFences == 1, "\(text)")
    }
  }

  @Test func `looks for refusals at the beginning of a part only`() {
    let refusal = "I cannot say."
    #expect(counts("", refusal + " " + good).response.refusals == 1)
    var generator = SeededGenerator(seed: 3)
    let long = generator.words(60).joined(separator: " ") + ". "
    #expect(counts("", long + refusal).response.refusals == 0)
    #expect(counts([(long, .response), (refusal, .response)]).response.refusals == 1)
    #expect(counts("", "非常抱歉。").response.refusals == 1)
    // Not over the edge of a part.
    #expect(counts([("I", .response), ("cannot", .response)]).response.refusals == 0)
  }

  @Test func `finds no echo without a prompt before it`() {
    #expect(counts([(good, .text)]).response.echoedFourGrams == 0)
    let reversed = counts([(good, .response), (good, .prompt)])
    #expect(reversed.response.echoedFourGrams == 0)
    let echoed = counts(good, good).response
    // A run may have been displaced by a later one; few are.
    #expect(Double(echoed.echoedFourGrams) > 0.9 * Double(echoed.fourGrams))
  }
}
