/// Stock at a market stall, changed by one event after another.
///
/// Numbers: item, then the chain. Words: the seller.
struct MarketCount: TaskKind {
  let name = "market-count"
  let topic = Topic.market
  let skill = Skill.chain
  let languages = Language.allCases

  private static let items = [
    ["apples", "Äpfel", "manzanas", "苹果"], ["pears", "Birnen", "peras", "梨"],
    ["lemons", "Zitronen", "limones", "柠檬"], ["tomatoes", "Tomaten", "tomates", "西红柿"],
    ["potatoes", "Kartoffeln", "patatas", "土豆"], ["onions", "Zwiebeln", "cebollas", "洋葱"],
    ["eggs", "Eier", "huevos", "鸡蛋"], ["melons", "Melonen", "melones", "甜瓜"],
    ["pumpkins", "Kürbisse", "calabazas", "南瓜"], ["oranges", "Orangen", "naranjas", "橙子"],
    ["peaches", "Pfirsiche", "melocotones", "桃子"], ["carrots", "Karotten", "zanahorias", "胡萝卜"],
  ]
  private static let englishItems =
    items.map { $0[0] } + [
      "🍓 strawberries", "🥑 avocados", "🌽 corn cobs", "🧄 garlic bulbs", "figs", "plums",
      "radishes", "jars of honey", "loaves of bread", "bunches of parsley", "cheeses",
      "jars of jam", "baskets of cherries", "crates of kale", "sunflowers", "bottles of juice",
      "cabbages", "candles", "clay pots", "woollen scarves", "walnut cakes", "jalapeños",
      "bars of soap", "postcards", "wooden spoons", "turnips", "mangoes", "coconuts",
    ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let seller = dice.pick(Vocabulary.people)
    let item = dice.below(MarketCount.englishItems.count)
    let chain = Chain(
      level: level, start: 6...90, limit: 400,
      allowed: [.add, .add, .subtract, .subtract, .multiply, .divide], using: &dice)
    return Facts(numbers: [item] + chain.numbers, words: [seller])
  }

  private func parse(_ facts: Facts) throws(FactError) -> (item: Int, chain: Chain) {
    var reader = FactReader(facts)
    let item = try reader.number(in: 0...MarketCount.englishItems.count - 1)
    return (item, try Chain(from: &reader))
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (item, chain) = try parse(facts)
    var reader = FactReader(facts)
    let seller = try reader.word()
    let words = MarketCount.items[item % MarketCount.items.count]
    let events = chain.links.enumerated().map { event($0.offset, $0.element, language) }
    switch language {
    case .english:
      let goods = MarketCount.englishItems[item]
      let story = events.joined(separator: " ")
      return [
        Prompt(
          "\(seller) has \(chain.start) \(goods) at a market stall. \(story) "
            + "How many \(goods) are there in the end?"),
        Prompt(
          "How many \(goods) does \(seller) end up with? At first the stall holds "
            + "\(chain.start) \(goods). \(story)"),
        Prompt(
          "Work out how many \(goods) are left on \(seller)'s stall.",
          input: "Opening stock: \(chain.start) \(goods). \(story)"),
        Prompt(
          "A market stall run by \(seller) opens with \(chain.start) \(goods). \(story) "
            + "What is the stock of \(goods) now?"),
      ]
    case .german:
      let story = events.joined(separator: " ")
      return [
        Prompt(
          "\(seller) hat am Marktstand \(chain.start) \(words[1]). \(story) "
            + "Wie viele \(words[1]) sind es am Ende?"),
        Prompt(
          "Wie viele \(words[1]) liegen am Ende am Stand von \(seller)? Am Anfang sind es "
            + "\(chain.start). \(story)"),
      ]
    case .spanish:
      let story = events.joined(separator: " ")
      return [
        Prompt(
          "\(seller) tiene \(chain.start) \(words[2]) en su puesto. \(story) "
            + "¿Qué cantidad de \(words[2]) hay al final?"),
        Prompt(
          "Calcula qué cantidad de \(words[2]) queda en el puesto de \(seller).",
          input: "Al principio hay \(chain.start) \(words[2]). \(story)"),
      ]
    case .chinese:
      let story = events.joined()
      return [
        Prompt("\(seller)的摊位上有\(chain.start)个\(words[3])。\(story)最后有多少个\(words[3])？"),
        Prompt(
          "请计算\(seller)的摊位上最后有多少个\(words[3])。",
          input: "开始时有\(chain.start)个\(words[3])。\(story)"),
      ]
    }
  }

  /// Words one event; the wording follows from its place and its amount.
  private func event(_ step: Int, _ link: Chain.Link, _ language: Language) -> String {
    let amount = link.amount
    let variant = (step + amount) % 3
    switch (language, link.operation) {
    case (.english, .add):
      return [
        "Then \(amount) more are delivered.", "Later \(amount) more arrive.",
        "A neighbour brings \(amount) more.",
      ][variant]
    case (.english, .subtract):
      return [
        "Then \(amount) are sold.", "After that, \(amount) are given away.",
        "A customer takes \(amount) of them.",
      ][variant]
    case (.english, .multiply):
      return [
        "Then the stock doubles.", "Then the stock triples.",
        "Then the stock grows to four times its size.",
      ][min(max(amount, 2), 4) - 2]
    case (.english, _):
      return [
        "Then half of the stock is kept and the rest goes to a shop.",
        "Then only a third of the stock is kept.", "Then only a quarter of the stock is kept.",
        "Then only a fifth of the stock is kept.",
      ][min(max(amount, 2), 5) - 2]
    case (.german, .add): return "Dann kommen \(amount) dazu."
    case (.german, .subtract): return "Danach werden \(amount) verkauft."
    case (.german, .multiply):
      return [
        "Dann verdoppelt sich der Vorrat.", "Dann verdreifacht sich der Vorrat.",
        "Dann vervierfacht sich der Vorrat.",
      ][min(max(amount, 2), 4) - 2]
    case (.german, _):
      return [
        "Dann wird nur die Hälfte behalten.", "Dann wird nur ein Drittel behalten.",
        "Dann wird nur ein Viertel behalten.", "Dann wird nur ein Fünftel behalten.",
      ][
        min(max(amount, 2), 5) - 2]
    case (.spanish, .add): return "Luego llegan \(amount) más."
    case (.spanish, .subtract): return "Después se venden \(amount)."
    case (.spanish, .multiply):
      return [
        "Luego la cantidad se duplica.", "Luego la cantidad se triplica.",
        "Luego la cantidad se cuadruplica.",
      ][min(max(amount, 2), 4) - 2]
    case (.spanish, _):
      return [
        "Luego queda solo la mitad.", "Luego queda solo un tercio.",
        "Luego queda solo un cuarto.", "Luego queda solo un quinto.",
      ][min(max(amount, 2), 5) - 2]
    case (.chinese, .add): return "后来又运来\(amount)个。"
    case (.chinese, .subtract): return "接着卖出\(amount)个。"
    case (.chinese, .multiply): return "然后数量变成原来的\(amount)倍。"
    case (.chinese, _): return "然后只留下其中的1/\(amount)。"
    }
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    try parse(facts).chain.work(slip: slip)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    String(try parse(facts).chain.solve())
  }
}

/// What a shopping list costs.
///
/// Numbers: quantity and price by turns. Words: the buyer, then the goods.
struct MarketBill: TaskKind {
  let name = "market-bill"
  let topic = Topic.market
  let skill = Skill.tally

  private static let goods = [
    "baguettes", "pears", "cucumbers", "pies", "pretzels", "mugs", "tea towels", "cinnamon rolls",
    "bags of rice", "bags of lentils", "bottles of milk", "boxes of dates", "tins of olives",
    "ears of corn", "bundles of leeks", "pots of basil", "packs of tofu", "trout", "samosas",
    "crêpes", "piñatas", "empanadas", "🥐 croissants", "🫓 flatbreads", "beeswax candles",
    "sacks of coal", "balls of wool", "straw hats", "tulip bulbs", "quail eggs",
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    var numbers: [Int] = []
    for _ in 0..<level { numbers += [dice.number(in: 2...12), dice.number(in: 2...25)] }
    return Facts(
      numbers: numbers,
      words: [dice.pick(Vocabulary.people)] + dice.sample(level, of: MarketBill.goods))
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (buyer: String, lines: [(quantity: Int, price: Int, goods: String)]) {
    var reader = FactReader(facts)
    let buyer = try reader.word()
    var lines: [(quantity: Int, price: Int, goods: String)] = []
    while reader.hasNumbers {
      lines.append((try reader.number(), try reader.number(), try reader.word()))
    }
    return (buyer, lines)
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (buyer, lines) = try parse(facts)
    let items = lines.map { "\($0.quantity) \($0.goods) at \($0.price) coins each" }
    let list = items.joined(separator: ", ")
    let receipt = lines.map { "- \($0.goods): \($0.quantity) × \($0.price)" }
    return [
      Prompt("\(buyer) buys \(list). How many coins does \(buyer) pay in total?"),
      Prompt("What is the total price in coins of this purchase: \(list)? The buyer is \(buyer)."),
      Prompt(
        "Add up the bill for \(buyer). Each line gives quantity × price in coins.",
        input: receipt.joined(separator: "\n")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let lines = try parse(facts).lines
    var total = 0
    var steps: [String] = []
    for (step, line) in lines.enumerated() where !Slip.skips(slip, step) {
      let before = steps.isEmpty ? "" : "\(total) + "
      total = total &+ line.quantity &* line.price
      if let error = Slip.error(slip, step) { total = abs(total + error) }
      steps.append("\(before)\(line.quantity) × \(line.price) = \(total)")
    }
    return Attempt(steps: steps, answer: String(total))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let numbers = facts.numbers
    guard numbers.count.isMultiple(of: 2) else { throw .tooFew }
    var total = 0
    for index in numbers.indices where !index.isMultiple(of: 2) {
      total = total &+ numbers[index] &* numbers[index - 1]
    }
    return String(total)
  }
}
