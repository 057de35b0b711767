/// The words that tasks are dressed in.
enum Vocabulary {
  static let women = [
    "Ada", "Amina", "Beatriz", "Chloé", "Dina", "Elif", "Esra", "Freya", "Greta", "Hana",
    "Inês", "Ivy", "Jana", "Kaja", "Leila", "Lucía", "Maren", "Mei", "Nadia", "Ngọc", "Olga",
    "Petra", "Ruth", "Saoirse", "Tara", "Uma", "Vera", "Wanda", "Yara", "Zoë", "Мария", "Ольга",
    "Σοφία", "फ़राह", "فاطمة", "李娜", "さくら", "지우",
  ]
  static let men = [
    "Abel", "Björn", "Carlos", "Dmitri", "Emil", "Farid", "George", "Hugo", "Igor", "Jürgen",
    "José", "Kofi", "Łukasz", "Marco", "Nils", "Omar", "Paul", "Quentin", "Rafał", "Søren",
    "Tomás", "Umar", "Viktor", "Walid", "Xavier", "Yusuf", "Zoltán", "Олег", "Νίκος", "אורי",
    "يوسف", "王伟", "健太", "민준",
  ]
  static let people = women + men

  /// Short common words of plain letters.
  static let commonWords = [
    "amber", "anchor", "apple", "arrow", "autumn", "badge", "bamboo", "banner", "barrel", "basin",
    "basket", "beacon", "blanket", "blossom", "bottle", "branch", "breeze", "bridge", "bronze",
    "bucket", "butter", "button", "cabin", "camera", "candle", "canyon", "carpet", "castle",
    "cedar", "cellar", "cherry", "circle", "clay", "cliff", "clover", "cobalt", "comet", "copper",
    "coral", "cotton", "cradle", "crystal", "curtain", "daisy", "desert", "dolphin", "dragon",
    "eagle", "ember", "engine", "fabric", "falcon", "feather", "fern", "ferry", "flame", "flint",
    "forest", "fossil", "garden", "garnet", "ginger", "glacier", "granite", "hammer", "harbour",
    "harvest", "hazel", "helmet", "heron", "honey", "island", "ivory", "jacket", "jasmine",
    "jungle", "kettle", "ladder", "lantern", "laurel", "lemon", "lily", "linen", "lizard",
    "magnet", "maple", "marble", "meadow", "mirror", "mosaic", "nectar", "needle", "nickel",
    "oasis", "ocean", "olive", "onyx", "orchard", "otter", "paddle", "pebble", "pepper", "pillow",
    "planet", "pocket", "quartz", "quiver", "rabbit", "ribbon", "river", "rocket", "saddle",
    "salmon", "shadow", "signal", "silver", "spider", "spruce", "stream", "summit", "sunset",
    "temple", "thistle", "thunder", "timber", "topaz", "tunnel", "turtle", "valley", "velvet",
    "violet", "walnut", "willow", "window", "winter", "yarrow", "zephyr",
  ]

  private static let onsets = [
    "b", "br", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pr", "r", "s",
    "st", "t", "tr", "v", "z",
  ]
  private static let vowels = ["a", "e", "i", "o", "u"]
  private static let accentedVowels = ["á", "é", "í", "ö", "ü", "ā", "ē", "ø"]
  private static let codas = ["", "", "", "l", "n", "r", "s", "m"]

  /// An invented word of plain lower-case letters.
  static func invented(syllables: Int, using dice: inout Dice) -> String {
    var word = ""
    for _ in 0..<syllables {
      word += dice.pick(onsets) + dice.pick(vowels) + dice.pick(codas)
    }
    return word
  }

  /// An invented word with one accented letter.
  static func accented(syllables: Int, using dice: inout Dice) -> String {
    let place = dice.below(syllables)
    var word = ""
    for syllable in 0..<syllables {
      word += dice.pick(onsets)
      word += syllable == place ? dice.pick(accentedVowels) : dice.pick(vowels)
      word += dice.pick(codas)
    }
    return word
  }

  /// `count` different invented words; about a quarter have an accent where `accents` is true.
  static func inventedNames(
    _ count: Int, syllables: Int, accents: Bool, using dice: inout Dice
  ) -> [String] {
    var names: [String] = []
    while names.count < count {
      let name =
        accents && dice.chance(permille: 250)
        ? accented(syllables: syllables, using: &dice)
        : invented(syllables: syllables, using: &dice)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension String {
  /// The same with its first letter in upper case.
  var capitalizedFirst: String {
    isEmpty ? self : prefix(1).uppercased() + dropFirst()
  }
}
