/// The amount of an ingredient as a recipe is changed.
///
/// Numbers: the chain. Words: the ingredient, the dish and the cook.
struct KitchenScale: TaskKind {
  let name = "kitchen-scale"
  let topic = Topic.kitchen
  let skill = Skill.chain

  private static let ingredients = [
    "flour", "sugar", "butter", "rice", "oats", "lentils", "cocoa", "yoghurt", "semolina",
    "spinach", "couscous", "polenta", "chickpeas", "almonds", "raisins", "cheese", "crème fraîche",
    "tahini", "miso", "quark",
  ]
  private static let dishes = [
    "pancakes", "crumble", "risotto", "porridge", "dal", "brownies", "gratin", "halva", "burek",
    "ramen", "soufflé", "pilaf", "goulash", "phở", "shakshuka", "käsespätzle", "börek 🥟",
    "tarte", "chapati", "feijoada",
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let chain = Chain(
      level: level, start: 20...240, limit: 2000, amounts: 5...120,
      allowed: [.multiply, .multiply, .divide, .add, .subtract], using: &dice)
    return Facts(
      numbers: chain.numbers,
      words: [
        dice.pick(KitchenScale.ingredients), dice.pick(KitchenScale.dishes),
        dice.pick(Vocabulary.people),
      ])
  }

  private func parse(_ facts: Facts) throws(FactError) -> (chain: Chain, words: [String]) {
    var reader = FactReader(facts)
    return (try Chain(from: &reader), try reader.words(3))
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (chain, words) = try parse(facts)
    let (ingredient, dish, cook) = (words[0], words[1], words[2])
    let changes = chain.links.enumerated().map { step, link in
      let amount = link.amount
      switch link.operation {
      case .add: return "\(cook) stirs in another \(amount) g."
      case .subtract: return "\(cook) takes \(amount) g back out."
      case .multiply:
        return amount == 2
          ? "For guests, the amount is doubled." : "For a party, \(amount) times as much is used."
      default:
        return amount == 2
          ? "To save some for later, the amount is halved."
          : "For a small portion, the amount is divided by \(amount)."
      }
    }
    let story = changes.joined(separator: " ")
    return [
      Prompt(
        "A recipe for \(dish) calls for \(chain.start) g of \(ingredient). \(story) "
          + "How many grams of \(ingredient) is that?"),
      Prompt(
        "How many grams of \(ingredient) does \(cook) use for the \(dish)?",
        input: "Recipe: \(chain.start) g of \(ingredient). \(story)"),
      Prompt(
        "\(cook) cooks \(dish), starting from \(chain.start) g of \(ingredient). \(story) "
          + "Give the final amount of \(ingredient) in grams."),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    try parse(facts).chain.work(slip: slip)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    String(try parse(facts).chain.solve())
  }
}

/// A quantity carried through units that hold one another.
///
/// Numbers: the quantity, then how many of the next unit one unit holds. Words: the units from
/// large to small (plural), and the thing that is packed.
struct KitchenUnits: TaskKind {
  let name = "kitchen-units"
  let topic = Topic.kitchen
  let skill = Skill.hops

  /// Singular and plural.
  private static let units = [
    ("pallet", "pallets"), ("crate", "crates"), ("barrel", "barrels"), ("sack", "sacks"),
    ("tray", "trays"), ("box", "boxes"), ("jar", "jars"), ("tin", "tins"), ("bowl", "bowls"),
    ("packet", "packets"), ("cup", "cups"), ("pouch", "pouches"), ("ladle", "ladles"),
    ("spoon", "spoons"), ("thimble", "thimbles"), ("pinch", "pinches"),
  ]
  private static let goods = [
    "barley", "salt", "pepper", "saffron", "tea", "coffee", "sesame", "mustard", "paprika",
    "matcha", "za'atar", "vanilla sugar", "dried chilli", "fennel seed", "piment d'Espelette",
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let places = dice.sample(level + 1, of: Array(KitchenUnits.units.indices)).sorted()
    let largest = level > 3 ? 5 : 12
    var numbers = [dice.number(in: 2...20)]
    for _ in 0..<level { numbers.append(dice.number(in: 2...largest)) }
    return Facts(
      numbers: numbers,
      words: places.map { KitchenUnits.units[$0].1 } + [dice.pick(KitchenUnits.goods)])
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (quantity: Int, factors: [Int], units: [String], goods: String) {
    var reader = FactReader(facts)
    let quantity = try reader.number()
    var factors: [Int] = []
    while reader.hasNumbers { factors.append(try reader.number()) }
    guard !factors.isEmpty else { throw .tooFew }
    return (quantity, factors, try reader.words(factors.count + 1), try reader.word())
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (quantity, factors, units, goods) = try parse(facts)
    var lines: [String] = []
    for (index, factor) in factors.enumerated() {
      let unit = KitchenUnits.units.first { $0.1 == units[index] }?.0 ?? units[index]
      lines.append("One \(unit) holds \(factor) \(units[index + 1]).")
    }
    // Not in the order of use: rotated by a number that the facts decide.
    let cut = quantity % lines.count
    let rotated = Array(lines[cut...] + lines[..<cut])
    let last = units[factors.count]
    return [
      Prompt(
        "\(rotated.joined(separator: " ")) How many \(last) of \(goods) are in "
          + "\(quantity) \(units[0])?"),
      Prompt(
        "Convert \(quantity) \(units[0]) of \(goods) to \(last).",
        input: rotated.joined(separator: "\n")),
      Prompt(
        "A cook has \(quantity) \(units[0]) of \(goods). \(rotated.joined(separator: " ")) "
          + "How many \(last) does that make?"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (quantity, factors, units, _) = try parse(facts)
    var value = quantity
    var steps: [String] = []
    for (step, factor) in factors.enumerated() where !Slip.skips(slip, step) {
      let before = value
      value = value &* factor
      if let error = Slip.error(slip, step) { value = abs(value &+ error) }
      steps.append("\(before) × \(factor) = \(value) \(units[step + 1])")
    }
    return Attempt(steps: steps, answer: String(value))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    return String(parsed.factors.reversed().reduce(1, &*) &* parsed.quantity)
  }
}
