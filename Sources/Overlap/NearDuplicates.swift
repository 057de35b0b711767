import Parallelism

/// Finds, for each sample, the better sample that it nearly repeats, if there is one.
///
/// Samples are walked in a given order. One is kept unless its similarity to a sample kept before it, as
/// `Shingles.similarity` tells it, is at least the threshold; then the most similar of these stands in its
/// place, of equals the one kept first. A sample that is not kept removes no other, so there are no chains.
///
/// No pair is missed. Sketches of m and n hashes with a similarity of at least J share at least
/// s = ⌈J max(m, n)⌉ of them. In an order of all hashes that is the same for every sample the first shared
/// one is therefore among the first m − s + 1 of the one and the first n − s + 1 of the other, so it is
/// enough to compare samples that share one of their first m − ⌈J m⌉ + 1 (Chaudhuri, Ganti and Kaushik
/// 2006, doi:10.1109/ICDE.2006.9). Hashes are ordered by how many samples have them, rarest first, so that
/// few samples are compared; one that a single sample has is not looked up at all. Of two that share one,
/// 256 bits each tell how many hashes they share at most, which is mostly too few; only of the others all
/// hashes are compared.
///
/// Samples are compared, several thousand at a time, with those kept before all of them, on several threads;
/// then one by one with those kept since. That changes nothing.
///
/// **Memory.** 4 bytes for each of a sample's first hashes, twice, 64 bytes a kept sample, and 2 to 4 times
/// 32 MB at most for counting.
///
/// - Parameters:
///   - order: The samples to walk, best first, each once.
///   - shingles: The sketches of all samples.
///   - threshold: J, above 0 and at most 1.
///   - alwaysKept: How many of the first samples of the order are kept whatever they resemble.
///   - threads: How many threads may work at once, at least 1; they change nothing.
/// - Returns: For each sample of the pool the one that stands in its place; −1 for one that is kept, and for
///   one that is not walked. A sample without words is kept.
/// - Complexity: O(n k log k) and one comparison, O(k), for every pair of a sample and a kept one that share
///   one of their first hashes. That is near n as long as most samples have rare runs of words among those.
///   Lists are never cut short: where thousands of kept samples share even their rarest, as do texts put
///   together from few building blocks, or with a threshold so low that common ones count, each is
///   compared with all of these.
public func nearDuplicates(
  along order: [Int32], shingles: Shingles, threshold: Double, alwaysKept: Int = 0,
  threads: Int = 1
) -> [Int32] {
  precondition(threshold > 0 && threshold <= 1, "a similarity lies above 0 and is at most 1")
  precondition(threads >= 1, "a job needs at least one thread")
  let prefixes = Prefixes(along: order, shingles: shingles, threshold: threshold, threads: threads)
  var kept = KeptSamples(prefixes, shingles: shingles, threshold: threshold)
  var twins = [Int32](repeating: -1, count: shingles.count)
  var start = 0
  while start < order.count {
    let end = min(start + placesAhead, order.count)
    let found = kept.closest(
      to: max(start, min(alwaysKept, end))..<end, along: order, threads: threads)
    for place in start..<end {
      let sample = order[place]
      if shingles.range(of: Int(sample)).isEmpty { continue }
      if place >= alwaysKept {
        let best = kept.closestRecent(
          to: place, sample: sample, found[place - (end - found.count)])
        if best.kept >= 0 {
          twins[Int(sample)] = kept.sample(best.kept)
          continue
        }
      }
      kept.append(place, sample: sample)
    }
    kept.settle()
    start = end
  }
  return twins
}

/// How many samples are compared side by side before any of them is settled.
private let placesAhead = 8192
/// How many of these a thread takes at a time.
private let placesTogether = 128

/// The fewest hashes that a sketch of so many shares with one it is similar to.
private func leastShared(_ count: Int, _ threshold: Double) -> Int {
  // A hair less: a product a rounding above a whole number would ask for one more.
  max(1, Int((threshold * Double(count) - 1e-9).rounded(.up)))
}

/// How many samples have a hash, or at least as many as that: hashes may share a counter, which is as good
/// for an order that has only to be the same for all samples.
private struct HashCounts {
  private var counts: [UInt16]
  private let mask: Int

  /// At most 64 MiB of counters.
  private static let mostCounters = 1 << 25

  init(of samples: [Int32], shingles: Shingles) {
    var capacity = 1 << 10
    while capacity < min(shingles.hashes.count * 2, Self.mostCounters) { capacity *= 2 }
    mask = capacity - 1
    counts = [UInt16](repeating: 0, count: capacity)
    for sample in samples {
      for place in shingles.range(of: Int(sample)) {
        let slot = Int(shingles.hashes[place]) & mask
        if counts[slot] < .max { counts[slot] += 1 }
      }
    }
  }

  subscript(hash: UInt32) -> UInt16 { counts[Int(hash) & mask] }
}

/// What every sample of an order is looked up by: the lists of its first hashes.
///
/// Hashes may share a list, so that more samples are compared and none is missed.
private struct Prefixes: Sendable {
  /// The lists of all places of the order, one after the other.
  private(set) var lists: [UInt32] = []
  /// Where those of each place end.
  private(set) var ends: [Int] = []
  /// Where the entries of each list may begin; one number more than there are lists.
  private(set) var starts: [UInt32] = []

  /// At most 64 MiB of these.
  private static let mostLists = 1 << 24

  init(along order: [Int32], shingles: Shingles, threshold: Double, threads: Int) {
    let counts = HashCounts(of: order, shingles: shingles)
    var size = 1 << 10
    while size < min(shingles.hashes.count / 2, Self.mostLists) { size *= 2 }
    let mask = UInt32(truncatingIfNeeded: size - 1)
    ends.reserveCapacity(order.count)
    let blocks = stride(from: 0, to: order.count, by: placesAhead).map {
      $0..<min($0 + placesAhead, order.count)
    }
    forEachPartInOrder(
      blocks, threads: threads, makeWorker: { [UInt64]() },
      work: { (keys: inout [UInt64], places: Range<Int>) in
        var found: (lists: [UInt32], counts: [UInt8]) = ([], [])
        for place in places {
          let range = shingles.range(of: Int(order[place]))
          keys.removeAll(keepingCapacity: true)
          for index in range {
            let hash = shingles.hashes[index]
            keys.append(UInt64(counts[hash]) << 32 | UInt64(hash))
          }
          keys.sort()
          let length = range.isEmpty ? 0 : range.count - leastShared(range.count, threshold) + 1
          let first = found.lists.count
          for key in keys.prefix(length) where key >> 32 > 1 {
            found.lists.append(UInt32(truncatingIfNeeded: key) & mask)
          }
          // No more than a sketch has hashes.
          found.counts.append(UInt8(found.lists.count - first))
        }
        return found
      },
      consume: { found in
        lists += found.lists
        for count in found.counts { ends.append((ends.last ?? 0) + Int(count)) }
      })
    precondition(lists.count < Int(Int32.max), "an index holds at most 2^31 - 1 entries")
    starts = [UInt32](repeating: 0, count: size + 1)
    for list in lists { starts[Int(list) + 1] += 1 }
    for list in 0..<size { starts[list + 1] += starts[list] }
  }

  /// The lists of a place.
  func range(of place: Int) -> Range<Int> { (place == 0 ? 0 : ends[place - 1])..<ends[place] }
}

/// The kept samples, in the lists that they are looked up by.
private struct KeptSamples {
  private let prefixes: Prefixes
  private let shingles: Shingles
  private let threshold: Double
  /// The kept samples of each list in their order, then −1 where there is room left.
  private var entries: [Int32]
  private var members: [Member] = []
  /// The last place that was compared with each kept sample one by one.
  private var comparedFor: [Int] = []
  /// The places of those that were kept since the lists were brought up to date.
  private var recent: [Int] = []
  /// Their lists: the last entry of each group of lists, −1 for none, and the entry before each.
  private var recentHeads = [Int32](repeating: -1, count: 1 << 16)
  private var recentEntries: [(kept: Int32, list: UInt32, next: Int32)] = []

  /// The most similar kept sample, −1 for none.
  typealias Best = (similarity: Double, kept: Int32)

  private struct Member {
    var sample: Int32
    var signature: Signature
  }

  /// Of a sketch one bit of 256 for each hash, which others may share.
  private struct Signature {
    var bits = SIMD4<UInt64>()
    /// How many hashes it has.
    var count: Int32 = 0

    init(_ hashes: Span<UInt32>) {
      count = Int32(truncatingIfNeeded: hashes.count)
      for index in hashes.indices {
        let bit = hashes[index] & 255
        bits[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
      }
    }

    /// No fewer than the hashes that both have: each bit that only one of them has is a hash of its own.
    func mostShared(_ other: Signature) -> Int {
      let (own, its) = (bits & ~other.bits, other.bits & ~bits)
      var (ownCount, itsCount) = (0, 0)
      for index in 0..<4 {
        ownCount += own[index].nonzeroBitCount
        itsCount += its[index].nonzeroBitCount
      }
      return min(Int(count) - ownCount, Int(other.count) - itsCount)
    }
  }

  init(_ prefixes: Prefixes, shingles: Shingles, threshold: Double) {
    self.prefixes = prefixes
    self.shingles = shingles
    self.threshold = threshold
    entries = [Int32](repeating: -1, count: prefixes.lists.count)
  }

  /// The sample that was kept as the so many-th, from 0.
  func sample(_ kept: Int32) -> Int32 { members[Int(kept)].sample }

  /// The closest of those in the lists for each of some places, side by side.
  func closest(to places: Range<Int>, along order: [Int32], threads: Int) -> [Best] {
    let blocks = stride(from: places.lowerBound, to: places.upperBound, by: placesTogether).map {
      $0..<min($0 + placesTogether, places.upperBound)
    }
    var all: [Best] = []
    all.reserveCapacity(places.count)
    forEachPartInOrder(
      blocks, threads: threads,
      makeWorker: { [Int](repeating: -1, count: members.count) },
      work: { (comparedFor: inout [Int], places: Range<Int>) in
        places.map { place in
          var best: Best = (0, -1)
          let range = shingles.range(of: Int(order[place]))
          let signature = Signature(shingles.hashes.span.extracting(range))
          for index in prefixes.range(of: place) {
            let list = Int(prefixes.lists[index])
            for entry in Int(prefixes.starts[list])..<Int(prefixes.starts[list + 1]) {
              let kept = entries[entry]
              if kept < 0 { break }
              if comparedFor[Int(kept)] == place { continue }
              comparedFor[Int(kept)] = place
              compare(range, signature, kept, &best)
            }
          }
          return best
        }
      },
      consume: { all += $0 })
    return all
  }

  /// The closest of those kept since, if it is closer than the one known.
  mutating func closestRecent(to place: Int, sample: Int32, _ known: Best) -> Best {
    var best = known
    if recent.isEmpty { return best }
    let range = shingles.range(of: Int(sample))
    var signature: Signature?
    for index in prefixes.range(of: place) {
      let list = prefixes.lists[index]
      var entry = recentHeads[Int(list & 0xFFFF)]
      while entry >= 0 {
        let (kept, its, next) = recentEntries[Int(entry)]
        entry = next
        if its != list || comparedFor[Int(kept)] == place { continue }
        comparedFor[Int(kept)] = place
        let own = signature ?? Signature(shingles.hashes.span.extracting(range))
        signature = own
        compare(range, own, kept, &best)
      }
    }
    return best
  }

  /// Compares a sketch with that of a kept sample.
  private func compare(
    _ range: Range<Int>, _ signature: Signature, _ kept: Int32, _ best: inout Best
  ) {
    let member = members[Int(kept)]
    let needed = leastShared(max(range.count, Int(member.signature.count)), threshold)
    if signature.mostShared(member.signature) < needed { return }
    let (shared, seen) = shingles.overlap(
      range, shingles.range(of: Int(member.sample)), least: needed)
    let similarity = Double(shared) / Double(seen)
    guard similarity >= threshold else { return }
    if similarity > best.similarity || similarity == best.similarity && kept < best.kept {
      best = (similarity, kept)
    }
  }

  /// Keeps a sample.
  mutating func append(_ place: Int, sample: Int32) {
    let kept = Int32(truncatingIfNeeded: members.count)
    members.append(
      Member(
        sample: sample,
        signature: Signature(shingles.hashes.span.extracting(shingles.range(of: Int(sample))))))
    comparedFor.append(-1)
    recent.append(place)
    for index in prefixes.range(of: place) {
      let list = prefixes.lists[index]
      let group = Int(list & 0xFFFF)
      recentEntries.append((kept, list, recentHeads[group]))
      recentHeads[group] = Int32(truncatingIfNeeded: recentEntries.count - 1)
    }
  }

  /// Brings the lists up to date.
  mutating func settle() {
    var kept = Int32(truncatingIfNeeded: members.count - recent.count)
    for place in recent {
      for index in prefixes.range(of: place) {
        let list = Int(prefixes.lists[index])
        // The first free entry: entries are taken in turn.
        var (low, high) = (Int(prefixes.starts[list]), Int(prefixes.starts[list + 1]) - 1)
        while low < high {
          let middle = (low + high) / 2
          if entries[middle] < 0 { high = middle } else { low = middle + 1 }
        }
        entries[low] = kept
      }
      kept += 1
    }
    recent.removeAll(keepingCapacity: true)
    recentEntries.removeAll(keepingCapacity: true)
    for group in recentHeads.indices { recentHeads[group] = -1 }
  }
}
