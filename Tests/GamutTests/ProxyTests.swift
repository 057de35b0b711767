import Descriptors
import LanguageModel
import Samples
import TestSupport
import Testing

@testable import Gamut

/// Language models trained on subsets: what they read, and that nothing but content counts.
@Suite struct ProxyTests {
  let folder = TemporaryFolder()

  /// A pool read from files.
  private struct Pool {
    var ground: SetGround
    var reader: SampleReader
    var columns: PoolColumns { ground.measured.columns }
  }

  private func pool(_ paths: [String], axes: [String] = ["tokens:2"]) throws -> Pool {
    var recipe = SetsRequest.measuringRecipe
    recipe.axes = try axes.map { try .init(parsing: $0, measures: ["tokens"]) }
    var request = SetsRequest(inputs: paths, recipe: recipe, threads: 2)
    request.metrics = []
    var reader = try SetReader(request)
    let ground = try reader.read { _ in }
    return Pool(ground: ground, reader: try #require(ground.measured.texts).reader)
  }

  private func texts(
    _ pool: Pool, validations: [String] = [], byteLimit: Int = ProxyTexts.byteLimit,
    threads: Int = 2
  ) throws -> ProxyTexts {
    try ProxyTexts(
      reader: pool.reader, sources: pool.ground.sources, columns: pool.columns,
      isWanted: [Bool](repeating: true, count: pool.columns.count), validations: validations,
      byteLimit: byteLimit, threads: threads)
  }

  private static let words = [
    ["oven", "bake", "flour", "of", "the", "egg"], ["loop", "array", "return", "of", "the", "int"],
  ]

  /// A record of one of two kinds; those of one seed are the same.
  private func line(kind: Int, seed: Int) -> String {
    var random = SeededGenerator(seed: seed * 2 + kind)
    func sentence(_ count: Int) -> String {
      (0..<count).map { _ in
        Self.words[kind][Int.random(in: 0..<6, using: &random)]
      }.joined(separator: " ")
    }
    return #"{"instruction":"\#(sentence(4))?","output":"\#(sentence(12 + seed % 9))"}"#
  }

  @Test func `answers count with what was said before them, and nothing else is learnt`() throws {
    let path = folder.make(
      "pool.jsonl",
      [
        #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},"#
          + #"{"role":"assistant","content":"one two"},{"role":"user","content":"v"},"#
          + #"{"role":"assistant","content":"three"}]}"#,
        #"{"prompt":"p","chosen":"yes","rejected":"never"}"#,
        #"{"text":"plain text"}"#, #"{"instruction":"only asked"}"#,
      ].joined(separator: "\n"))
    let found = try texts(try pool([path]))
    #expect(found.counts == [2, 1, 1, 0] && found.firsts == [0, 2, 3, 4])
    #expect(found.examples(of: [2, 0]) == [3, 0, 1])
    #expect(found.examples(of: [3]).isEmpty)
    #expect((0..<4).map { found.corpus.byteCount(of: $0) } == [7, 5, 3, 10])
    #expect(found.leftOutCount == 0 && found.validations.isEmpty)
  }

  @Test(arguments: 1...4)
  func `files, threads and orders change no bit, and what is held out is not learnt`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let lines = (0..<240).map { line(kind: $0 % 2, seed: $0 / 2 % 100 + 1000 * seed) }
    let whole = folder.make("pool-\(seed).jsonl", lines.joined(separator: "\n"))
    let other = folder.make(
      "other-\(seed).jsonl", (0..<40).map { line(kind: 1, seed: 7000 + $0) }.joined(separator: "\n")
    )
    let one = try texts(try pool([whole]), validations: [other], threads: 1)
    let samples = (0..<Int32(240)).map { $0 }
    let held = Array(samples.prefix(60))
    let sets = [samples, samples.filter { $0 % 2 == 0 }, samples.filter { $0 % 2 == 1 }, held]
    let groups = samples.map { $0 % 2 }
    let trials = one.trials(on: sets, heldOut: held, groups: groups, seed: 1, threads: 1)
    #expect(trials[0].loss.answers == 60 && trials[0].validations[0].answers == 40)
    // Samples of the same text as one that is held out are none to learn from.
    let heldTexts = Set(held.map { lines[Int($0)] })
    #expect(trials[0].trainedSamples == lines.count { !heldTexts.contains($0) })
    #expect(trials[3].trainedSamples == 0 && trials[3].trainedPieces == 0)
    #expect(trials[3].loss.unknownPieces == trials[3].loss.pieces)
    let bits = trials.compactMap(\.loss.bitsPerByte)
    #expect(bits[0] < bits[1] && bits[0] < bits[2] && bits[1] < bits[3])
    let foreign = trials.compactMap { $0.validations[0].bitsPerByte }
    #expect(foreign[2] < foreign[1], "its own kind teaches more of it")
    #expect(trials[1].worst?.group == 1 && trials[2].worst?.group == 0)

    let usual = one.usualPieceCount(of: 60, among: samples)
    #expect(usual * 4 / trials[1].trainedPieces <= 4)
    let equal = one.trials(
      on: sets, heldOut: held, groups: groups, pieceLimit: usual, seed: 1, threads: 2)
    for trial in equal.prefix(3) {
      #expect(trial.trainedPieces <= usual && trial.trainedPieces > usual - 30)
    }
    for threads in [2, 5] {
      #expect(
        one.trials(on: sets, heldOut: held, groups: groups, seed: 1, threads: threads) == trials)
    }
    // The same samples in another order, in three files.
    let order = (0..<240).shuffled(using: &random)
    let parts = [0..<10, 10..<150, 150..<240].enumerated().map { number, range in
      folder.make(
        "part-\(seed)-\(number).jsonl", order[range].map { lines[$0] }.joined(separator: "\n"))
    }
    let divided = try texts(try pool(parts), validations: [other])
    let places = order.indices.reduce(into: [Int: Int32]()) { $0[order[$1]] = Int32($1) }
    func moved(_ set: [Int32]) -> [Int32] { set.compactMap { places[Int($0)] } }
    #expect(
      divided.trials(
        on: sets.map { moved($0).sorted() }, heldOut: moved(held).sorted(),
        groups: order.map { Int32($0 % 2) }, seed: 1, threads: 2) == trials)
    #expect(
      divided.trials(
        on: sets.map(moved), heldOut: moved(held), groups: order.map { Int32($0 % 2) },
        pieceLimit: divided.usualPieceCount(of: 60, among: moved(samples)), seed: 1, threads: 1)
        == equal)
  }

  @Test func `of a pool that is too large a part is read, told by content`() throws {
    let lines = (0..<100).map { line(kind: $0 % 2, seed: $0 % 40) }
    let path = folder.make("pool.jsonl", lines.joined(separator: "\n"))
    let found = try texts(try pool([path]), byteLimit: 4000)
    let isRead = found.firsts.map { $0 >= 0 }
    let count = isRead.count(where: \.self)
    #expect(count > 10 && count < 60 && found.leftOutCount == 100 - count)
    let back = folder.make("back.jsonl", lines.reversed().joined(separator: "\n"))
    let turned = try texts(try pool([back]), byteLimit: 4000)
    #expect(turned.firsts.map { $0 >= 0 }.reversed() == isRead)
    for (one, line) in zip(isRead, lines) {
      for (other, twin) in zip(isRead, lines) where line == twin { #expect(one == other) }
    }
    let trial = found.trials(
      on: [(0..<100).map { $0 }], heldOut: (0..<20).map { $0 }, seed: 0, threads: 1)[0]
    #expect(trial.loss.answers == isRead.prefix(20).count(where: \.self))
  }

  @Test func `a file that nothing can be held against is refused`() throws {
    let path = folder.make("pool.jsonl", line(kind: 0, seed: 1))
    let pool = try pool([path])
    let asked = folder.make("asked.jsonl", #"{"instruction":"a"}"# + "\n" + #"{"prompt":"b"}"#)
    let empty = folder.make("empty.jsonl", "\n")
    let broken = folder.make("broken.jsonl", #"{"text":"a"}"# + "\n{")
    #expect {
      _ = try texts(pool, validations: [asked])
    } throws: {
      if case GamutError.noAnswers(asked, 2) = $0 { true } else { false }
    }
    #expect {
      _ = try texts(pool, validations: [empty])
    } throws: {
      if case GamutError.emptyPool([empty]) = $0 { true } else { false }
    }
    #expect {
      _ = try texts(pool, validations: [broken])
    } throws: {
      if case SamplesError.unreadableRecord(broken, 2, _, _) = $0 { true } else { false }
    }
    // Its own shape is found, whatever fields the pool's are.
    let own = folder.make("own.jsonl", #"{"question":"a","answer":"b c"}"#)
    #expect(try texts(pool, validations: [own]).validations[0].examples == [1])
  }

  @Test func `a pool that changed since it was measured ends the reading`() throws {
    let path = folder.make("pool.jsonl", line(kind: 0, seed: 1) + "\n" + line(kind: 0, seed: 2))
    let pool = try pool([path])
    _ = folder.make("pool.jsonl", line(kind: 0, seed: 1) + "\n" + line(kind: 1, seed: 2))
    var options = ReadingOptions()
    options.unreadable = .deliver
    let later = Pool(
      ground: pool.ground, reader: try SampleReader(sources: [Source(path: path)], options: options)
    )
    #expect {
      _ = try texts(later)
    } throws: {
      if case ArchiveError.lineChanged(path, 2) = $0 { true } else { false }
    }
  }

  @Test func `groups are those of like topics`() throws {
    let lines = (0..<200).map { line(kind: $0 % 2, seed: $0) }
    let path = folder.make("pool.jsonl", lines.joined(separator: "\n"))
    let pool = try pool([path], axes: ["topic2:2"])
    let groups = try #require(
      try ProxyTexts.topicGroups(of: pool.columns, topicCount: 2, seed: 0, threads: 2))
    #expect(groups.count == 200 && groups.allSatisfy { (0..<16).contains($0) })
    var kinds: [Int32: Set<Int>] = [:]
    for (sample, group) in groups.enumerated() { kinds[group, default: []].insert(sample % 2) }
    #expect(kinds.values.count { $0.count == 1 } * 2 > kinds.count)
    #expect(
      try ProxyTexts.topicGroups(of: pool.columns, topicCount: 0, seed: 0, threads: 1) == nil)
  }
}
