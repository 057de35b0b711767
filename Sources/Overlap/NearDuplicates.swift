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
/// few samples are compared; one that a single sample has is not looked up at all.
///
/// - Parameters:
///   - order: The samples to walk, best first, each once.
///   - shingles: The sketches of all samples.
///   - threshold: J, above 0 and at most 1.
///   - alwaysKept: How many of the first samples of the order are kept whatever they resemble.
/// - Returns: For each sample of the pool the one that stands in its place; −1 for one that is kept, and for
///   one that is not walked. A sample without words is kept.
/// - Complexity: O(n k log k) and one comparison, O(k), for every pair of a sample and a kept one that share
///   one of their first hashes. That is near n as long as most samples have rare runs of words among those.
///   Lists are never cut short: where thousands of kept samples share even their rarest, as do texts put
///   together from few building blocks, or with a threshold so low that common ones count, each is
///   compared with all of these.
public func nearDuplicates(
  along order: [Int32], shingles: Shingles, threshold: Double, alwaysKept: Int = 0
) -> [Int32] {
  precondition(threshold > 0 && threshold <= 1, "a similarity lies above 0 and is at most 1")
  var twins = [Int32](repeating: -1, count: shingles.count)
  let counts = HashCounts(of: order, shingles: shingles)
  var kept = KeptSamples()
  /// The last sample that was compared with each kept one.
  var comparedFor: [Int32] = []
  /// The kept samples in their order.
  var samples: [Int32] = []
  var keys: [UInt64] = []
  for (place, sample) in order.enumerated() {
    let range = shingles.range(of: Int(sample))
    if range.isEmpty { continue }
    let least = leastShared(range.count, threshold)
    keys.removeAll(keepingCapacity: true)
    for place in range {
      let hash = shingles.hashes[place]
      keys.append(UInt64(counts[hash]) << 32 | UInt64(hash))
    }
    keys.sort()
    let prefix = keys.prefix(range.count - least + 1).drop { $0 >> 32 <= 1 }
    var best: (similarity: Double, kept: Int32) = (0, -1)
    for key in prefix where place >= alwaysKept {
      kept.forEach(of: UInt32(truncatingIfNeeded: key)) { candidate in
        let index = Int(candidate)
        if comparedFor[index] == sample { return }
        comparedFor[index] = sample
        let other = shingles.range(of: Int(samples[index]))
        let shorter = min(range.count, other.count)
        let needed = leastShared(max(range.count, other.count), threshold)
        if shorter < needed { return }
        let (shared, seen) = shingles.overlap(range, other, least: needed)
        let similarity = Double(shared) / Double(seen)
        guard similarity >= threshold else { return }
        if similarity > best.similarity
          || similarity == best.similarity && candidate < best.kept
        {
          best = (similarity, candidate)
        }
      }
    }
    if best.kept >= 0 {
      twins[Int(sample)] = samples[Int(best.kept)]
      continue
    }
    let number = Int32(truncatingIfNeeded: samples.count)
    samples.append(sample)
    comparedFor.append(-1)
    for key in prefix { kept.add(number, to: UInt32(truncatingIfNeeded: key)) }
  }
  return twins
}

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

/// The kept samples by the hashes that they are looked up by.
private struct KeptSamples {
  private var keys = [UInt32](repeating: 0, count: 1 << 10)
  /// The last entry of each key's list, −1 for a free slot.
  private var heads = [Int32](repeating: -1, count: 1 << 10)
  private var keyCount = 0
  private var entries: [(kept: Int32, next: Int32)] = []

  mutating func add(_ kept: Int32, to key: UInt32) {
    if (keyCount + 1) * 2 > keys.count { grow() }
    let slot = slot(of: key)
    if heads[slot] < 0 {
      keys[slot] = key
      keyCount += 1
    }
    precondition(entries.count < Int(Int32.max), "an index holds at most 2^31 - 1 entries")
    entries.append((kept, heads[slot]))
    heads[slot] = Int32(truncatingIfNeeded: entries.count - 1)
  }

  func forEach(of key: UInt32, _ body: (Int32) -> Void) {
    var entry = heads[slot(of: key)]
    while entry >= 0 {
      body(entries[Int(entry)].kept)
      entry = entries[Int(entry)].next
    }
  }

  private func slot(of key: UInt32) -> Int {
    let mask = keys.count - 1
    // Sketches hold small hashes of long texts: the leading bits are no good as a slot number.
    var slot = Int(truncatingIfNeeded: scrambled(UInt64(key))) & mask
    while heads[slot] >= 0, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldHeads) = (keys, heads)
    keys = [UInt32](repeating: 0, count: oldKeys.count * 2)
    heads = [Int32](repeating: -1, count: oldKeys.count * 2)
    for (place, head) in oldHeads.enumerated() where head >= 0 {
      let slot = slot(of: oldKeys[place])
      keys[slot] = oldKeys[place]
      heads[slot] = head
    }
  }
}
