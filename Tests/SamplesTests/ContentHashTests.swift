import Samples
import Testing

@Suite struct ContentHashTests {
  private func hash(_ line: String) throws -> ContentHash { try read(line)[0].hash }

  private func hashes(_ lines: [String]) throws -> [ContentHash] {
    try read(lines.joined(separator: "\n")).map(\.hash)
  }

  @Test func `the hash is the same on every machine and in every version`() throws {
    let found = try hashes([
      #"{"text":""}"#, #"{"text":"a"}"#, #"{"instruction":"i","input":"n","output":"o"}"#,
      #"{"text":"\#(String(repeating: "0123456789abcdef", count: 9))"}"#,
      #"{"prompt":"p","completion":"","label":true,"images":["é",{"n":1.0}]}"#,
    ])
    #expect(
      found.map { "\(String($0.high, radix: 16)) \(String($0.low, radix: 16))" } == [
        "2d47533ffcd9042f e59ea95582a8a7e9", "357b069aacc62c90 4e84cdac1a7663a1",
        "9c4def312ae29138 c31054789fbd8de6", "2b79fc1e1e27e533 c7c8caf727bed986",
        "fc40fb400b6ec83b 712dd12003a0f8a2",
      ])
  }

  @Test func `only roles and texts count`() throws {
    let base = try hash(#"{"instruction":"i","output":"é"}"#)
    #expect(try hash(#"{"id":3,"output":"\u00e9","instruction":"i","input":""}"#) == base)
    #expect(try hash(#"{"prompt":"i","completion":"é"}"#) == base)
    #expect(
      try hash(#"{"messages":[{"role":"user","content":"i"},{"role":"assistant","content":"é"}]}"#)
        == base)
    #expect(try hash(#"{"instruction":"é","output":"i"}"#) != base)
    #expect(try hash(#"{"instruction":"ié","output":""}"#) != base)
    #expect(try hash(#"{"prompt":"i","chosen":"é","rejected":"é"}"#) != base)
    #expect(try hash(#"{"text":"ié"}"#) != base)
  }

  /// One conversation, written as every shape that can hold it.
  static let conversation = [
    #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},"#
      + #"{"role":"assistant","content":""},{"role":"user","content":["i","n"]},"#
      + #"{"role":"assistant","content":"o"}]}"#,
    #"{"system":"s","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":null},"#
      + #"{"from":"human","value":[{"type":"text","text":"i"},"n"]},{"from":"gpt","value":"o"}]}"#,
    #"{"system":"s","history":[["q",""]],"instruction":"i","input":"n","output":"o"}"#,
    #"{"system":"s","history":[["q",""]],"instruction":"i","instances":[{"input":"n","output":"o"}]}"#,
    #"{"prompt":[{"role":"system","content":"s"},{"role":"user","content":"q"},"#
      + #"{"role":"assistant"},{"role":"user","content":["i","n"]}],"completion":"o"}"#,
  ]

  @Test func `a conversation has one hash in every shape`() throws {
    let found = try hashes(Self.conversation)
    #expect(Set(found).count == 1)
    let plain = try hashes([
      #"{"instruction":"i","output":"o"}"#, #"{"question":"i","answer":"o"}"#,
      #"{"system":"","instruction":"i","input":"","context":null,"output":"o"}"#,
      #"{"instruction":"i","instances":[{"input":"","output":"o"}]}"#,
    ])
    #expect(Set(plain).count == 1)
    let preference = try hashes([
      #"{"instruction":"i","chosen":"c","rejected":"r"}"#,
      #"{"chosen":[{"role":"user","content":"i"},{"role":"assistant","content":"c"}],"#
        + #""rejected":[{"role":"user","content":"i"},{"role":"assistant","content":"r"}]}"#,
    ])
    #expect(Set(preference).count == 1)
  }

  @Test func `messages are not the texts of one message`() throws {
    func messages(_ messages: (String, String)...) -> String {
      let written = messages.map { #"{"role":"\#($0.0)","content":\#($0.1)}"# }
      return #"{"messages":["# + written.joined(separator: ",") + "]}"
    }
    let lines = [
      messages(("user", #"["a","b"]"#)), messages(("user", #""a""#), ("user", #""b""#)),
      messages(("user", #""ab""#)),
      messages(("user", #""a""#), ("user", #"["","b"]"#), ("user", "[]")),
      // An empty message counts with its role, wherever it stands.
      messages(("user", #""""#), ("user", #""a""#), ("user", #""b""#)),
      messages(("user", #""a""#), ("user", #""""#), ("user", #""b""#)),
      messages(("user", #""a""#), ("assistant", #""""#), ("user", #""b""#)),
      messages(("user", #""a""#), ("user", #""b""#), ("assistant", #""""#)),
      messages(("user", #""""#)), messages(("user", #""""#), ("user", #""""#)),
      messages(("assistant", #""""#)), messages(("system", #""""#), ("user", #"["a","b"]"#)),
      messages(("user", #"["a",{"image":"x"},"b"]"#)),
      messages(("user", #"["a","b",{"image":"x"}]"#)),
      messages(("user", #"["a",{"image":"x"}]"#), ("user", #""b""#)),
      messages(("user", #""a""#), ("user", #"[{"image":"x"},"b"]"#)),
    ]
    #expect(Set(try hashes(lines)).count == lines.count)
    // Within a message empty texts add nothing, nor does it matter how nothing is written.
    #expect(
      try hash(messages(("user", #"["","a","","b"]"#))) == hash(messages(("user", #"["a","b"]"#))))
    let nothing = [
      messages(("assistant", #""""#)), messages(("assistant", "null")),
      messages(("assistant", "[]")), messages(("assistant", #"["",{"text":""}]"#)),
      #"{"messages":[{"role":"assistant"}]}"#,
    ]
    #expect(Set(try hashes(nothing)).count == 1)
  }

  @Test func `a call of a tool is told from what stands around it`() throws {
    func line(_ content: String, _ call: String) -> String {
      #"{"messages":[{"role":"user","content":"q"},{"role":"assistant",\#(content)"#
        + #""tool_calls":[{"name":"\#(call)"}]},{"role":"assistant","content":"a"}]}"#
    }
    let base = try hash(line("", "f"))
    #expect(try hash(line(#""content":null,"#, "f")) == base)
    #expect(try hash(line(#""content":"","#, "f")) == base)
    #expect(try hash(line(#""content":"x","#, "f")) != base)
    #expect(try hash(line("", "g")) != base)
  }

  @Test func `an answer that is empty is not one that is missing`() throws {
    let missing = try hash(#"{"instruction":"i"}"#)
    #expect(try hash(#"{"instruction":"i","output":null}"#) == missing)
    #expect(try hash(#"{"messages":[{"role":"user","content":"i"}]}"#) == missing)
    #expect(try hash(#"{"instruction":"i","output":""}"#) != missing)
  }

  @Test(
    arguments: [
      #""messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]"#,
      #""conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]"#,
      #""prompt":"q","completion":"a""#, #""instruction":"q","output":"a""#,
    ], ["label", "kto_tag"])
  func `good and bad answers of equal words are two samples`(texts: String, key: String) throws {
    let good = try hash(#"{\#(texts),"\#(key)":true}"#)
    let bad = try hash(#"{"\#(key)": false , \#(texts)}"#)
    let neither = try hash("{\(texts)}")
    #expect(Set([good, bad, neither]).count == 3)
    // Either name says the same, and what is no verdict says nothing.
    #expect(try hash(#"{\#(texts),"label":true}"#) == hash(#"{"kto_tag":true,\#(texts)}"#))
    #expect(try hash(#"{\#(texts),"\#(key)":"yes"}"#) == neither)
    #expect(try hash(#"{\#(texts),"\#(key)":null}"#) == neither)
    let both = try hashes([
      #"{\#(texts),"label":true,"kto_tag":false}"#, #"{\#(texts),"label":false,"kto_tag":true}"#,
      #"{\#(texts),"label":true}"#,
    ])
    #expect(Set(both).count == 3)
  }

  @Test func `a label elsewhere is a column`() throws {
    #expect(
      try hash(#"{"text":"t","label":true}"#) == hash(#"{"text":"t","label":false}"#))
    #expect(
      try hash(#"{"prompt":"p","chosen":"c","rejected":"r","label":true}"#)
        == hash(#"{"prompt":"p","chosen":"c","rejected":"r"}"#))
  }

  static let beside = [
    "images", "image", "videos", "video", "audios", "audio", "tools", "functions",
  ]

  @Test(
    arguments: [
      #""messages":[{"role":"user","content":"q"}]"#,
      #""conversations":[{"from":"gpt","value":"a"}]"#,
      #""instruction":"i","output":"o""#, #""prompt":"p","chosen":"c","rejected":"r""#,
      #""question":"q","answer":"a""#, #""text":"t""#,
    ])
  func `content beside the texts tells samples apart`(texts: String) throws {
    let base = try hash("{\(texts)}")
    let values = [
      #""x""#, #""y""#, #"["x"]"#, #"["y"]"#, #"["x","y"]"#, #"["xy"]"#, #"[["x"],"y"]"#,
      #"[["x","y"]]"#, #"{"x":"y"}"#, #"["x",{}]"#, #"[{"x":1}]"#, #"[{"x":"1"}]"#, "[null]",
      "[\"\"]",
      "[[]]", "0", "false", "true", #"[{"x":{},"y":1}]"#, #"[{"x":{"y":1}}]"#, #""\u0000""#,
    ]
    let lines = Self.beside.flatMap { key in values.map { #"{\#(texts),"\#(key)":\#($0)}"# } }
    let found = try hashes(lines)
    #expect(Set(found + [base]).count == lines.count + 1)
    for key in Self.beside {
      for nothing in ["null", #""""#, "[]", "[ ]", "{}"] {
        #expect(try hash(#"{"\#(key)":\#(nothing),\#(texts)}"#) == base)
      }
    }
  }

  @Test func `content beside the texts counts however it is written`() throws {
    let one =
      #"{"text":"t","images":["a/é.png"],"tools":[{"n\u0061me":"f","x":[1,{}]}],"label":"l"}"#
    let other =
      #"{"other":3,"tools":[ {"name" : "\u0066", "x":[ 1 , { } ] } ],"text":"t","#
      + #""images":["a\/\u00e9.png"]}"#
    #expect(try hash(one) == hash(other))
    // Named fields are other texts, but the image is the same.
    var options = ReadingOptions()
    options.textFields = ["q", "a"]
    let named = try read(
      #"{"q":"q","a":"a","image":"x"}"# + "\n" + #"{"q":"q","a":"a","image":"y"}"#, options)
    #expect(named[0].hash != named[1].hash)
  }

  @Test func `what is no text tells samples apart`() throws {
    func image(_ name: String) throws -> ContentHash {
      try hash(#"{"messages":[{"role":"user","content":["a",{"image": "\#(name)"}]}]}"#)
    }
    #expect(try image("x") != image("y"))
    #expect(try image("x") == image(#"\u0078"#))
  }

  @Test func `texts that differ anywhere, also in zeros at the end, hash apart`() throws {
    var lines: [String] = []
    for length in 0...200 {
      lines.append(#"{"text":"\#(String(repeating: "a", count: length))"}"#)
      lines.append(#"{"text":"\#(String(repeating: #"\u0000"#, count: length))"}"#)
      for place in 0..<length where length < 140 {
        lines.append(
          #"{"text":"\#(String(repeating: "a", count: place))b"#
            + #"\#(String(repeating: "a", count: length - place - 1))"}"#)
      }
    }
    // The two empty texts are one.
    let found = try hashes(lines)
    #expect(Set(found).count == lines.count - 1)
    // Either half alone tells them apart, too, and so does half of a half.
    #expect(Set(found.map(\.high)).count == lines.count - 1)
    #expect(Set(found.map(\.low)).count == lines.count - 1)
    let quarters = Set(found.map { $0.high >> 32 }).count
    #expect(quarters > lines.count - 30)
  }

  @Test func `one changed bit changes half of the hash`() throws {
    for length in [1, 8, 31, 32, 33, 64, 65, 127, 200] {
      let letters = (0..<length).map { UInt8(65 + $0 * 7 % 26) }
      var lines: [String] = [String(decoding: letters, as: UTF8.self)]
      for place in 0..<length {
        for bit: UInt8 in [0, 1, 2, 3, 4] {
          var changed = letters
          changed[place] ^= 1 << bit
          if changed[place] == UInt8(ascii: "\\") || changed[place] == 0x7F { continue }
          lines.append(String(decoding: changed, as: UTF8.self))
        }
      }
      let found = try hashes(lines.map { #"{"text":"\#($0)"}"# })
      var total = 0
      for hash in found.dropFirst() {
        let distance =
          (hash.high ^ found[0].high).nonzeroBitCount + (hash.low ^ found[0].low).nonzeroBitCount
        #expect((30...98).contains(distance))
        total += distance
      }
      let mean = Double(total) / Double(found.count - 1)
      #expect((58...70).contains(mean))
    }
  }

  @Test func `hashes are ordered as numbers`() {
    let small = ContentHash(high: 1, low: .max)
    let large = ContentHash(high: 2, low: 0)
    #expect(small < large)
    #expect(!(large < small))
    #expect(!(small < small))
    #expect(ContentHash(high: 1, low: 0) < small)
  }
}
