/// What is known of characters, unpacked from the generated text.
struct UnicodeTables: Sendable {
  /// The tables, unpacked once when they are first asked for.
  static let shared = UnicodeTables()

  /// The bits of `CharacterClass` of every character, by its number.
  let classes: [UInt16]

  private init() {
    var classes = [UInt16](repeating: 0, count: 0x110000)
    Self.forEachRun(GeneratedUnicodeTables.classes) { range, value in
      for scalar in range { classes[scalar] = UInt16(value) }
    }
    self.classes = classes
  }

  /// The numbers of a generated text.
  static func numbers(_ text: StaticString) -> [Int] {
    var numbers: [Int] = []
    var number = 0
    text.withUTF8Buffer { bytes in
      // Within the text that the program holds.
      for index in 0..<bytes.count {
        let byte = unsafe bytes[index]
        switch byte {
        case UInt8(ascii: " "):
          numbers.append(number)
          number = 0
        case UInt8(ascii: "a")...: number = number << 4 | Int(byte - UInt8(ascii: "a") + 10)
        default: number = number << 4 | Int(byte - UInt8(ascii: "0"))
        }
      }
    }
    numbers.append(number)
    return numbers
  }

  /// Tells each run of characters and its value.
  static func forEachRun(_ text: StaticString, _ body: (Range<Int>, Int) -> Void) {
    let numbers = numbers(text)
    var end = 0
    for place in stride(from: 0, to: numbers.count, by: 3) {
      let start = end + numbers[place]
      end = start + numbers[place + 1]
      body(start..<end, numbers[place + 2])
    }
  }

  /// Tells each character and what it is mapped to.
  static func forEachMapping(_ text: StaticString, _ body: (Int, ArraySlice<Int>) -> Void) {
    let numbers = numbers(text)
    var key = 0
    var place = 0
    while place < numbers.count {
      key += numbers[place]
      let end = place + 2 + numbers[place + 1]
      body(key, numbers[place + 2..<end])
      place = end
    }
  }
}

/// Characters mapped to others.
struct CharacterMapping: Sendable {
  /// For each character the place in `ends` behind its mapping's, 0 for none; as long as the last key.
  private var places: [UInt16] = []
  private var ends: [Int] = [0]
  private var scalars: [UInt32] = []

  /// - Parameter texts: The generated texts; a later one wins.
  init(_ texts: StaticString...) {
    for text in texts {
      UnicodeTables.forEachMapping(text) { key, mapping in
        if key >= places.count {
          places.append(contentsOf: repeatElement(0, count: key + 1 - places.count))
        }
        scalars.append(contentsOf: mapping.map { UInt32($0) })
        ends.append(scalars.count)
        places[key] = UInt16(ends.count - 1)
      }
    }
  }

  /// What a character is mapped to; `nil` for itself.
  subscript(scalar: UInt32) -> ArraySlice<UInt32>? {
    guard scalar < places.count, places[Int(scalar)] > 0 else { return nil }
    let place = Int(places[Int(scalar)])
    return scalars[ends[place - 1]..<ends[place]]
  }
}
