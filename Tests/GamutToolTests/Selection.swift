import Glibc
import TestSupport
import Testing

/// One run of `gamut select` with everything that went in and came out, and the contract's checks of it.
///
/// Every check is derived anew from the files alone: pool, subset, manifest and receipts.
struct Selection {
  /// A line of the pool that is not blank.
  struct PoolLine {
    var source: String
    var line: Int
    var bytes: [UInt8]
  }

  var pool: [PoolLine] = []
  var subset: [UInt8]
  var manifest: ManifestFile
  var receipts: [ReceiptLine]
  /// The receipts that are no rejected line's.
  var samples: [ReceiptLine]

  /// Runs `gamut select` on files with receipts; `nil`, and an issue, where it fails.
  init?(
    _ sources: [String], _ options: [String], in folder: TemporaryFolder,
    output: String = "subset.jsonl", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = Tool.run(
      ["select"] + sources + options + ["--receipts", "--quiet", "-o", folder.file(output)])
    guard outcome.status == 0, outcome.error.isEmpty, outcome.output.isEmpty else {
      Issue.record(
        "\(options) ended with \(outcome.status): \(outcome.error)", sourceLocation: sourceLocation)
      return nil
    }
    let stem = output.hasSuffix(".jsonl") ? String(output.dropLast(6)) : output
    subset = try #require(folder.bytes(output), sourceLocation: sourceLocation)
    manifest = try ManifestFile(
      #require(folder.bytes(stem + ".manifest.json"), sourceLocation: sourceLocation))
    receipts = try ReceiptLine.all(
      #require(folder.bytes(stem + ".receipts.jsonl"), sourceLocation: sourceLocation))
    if case .array(let columns)? = manifest.recipe["quality"], columns.isEmpty {
      // The heuristic is printed in single precision, and what the manifest says follows from that.
      for place in receipts.indices {
        receipts[place].quality = receipts[place].quality.map { Double(Float($0)) }
      }
    }
    samples = receipts.filter { $0.status != "rejected" }
    for source in sources {
      let lines = try #require(wholeFile(source)).split(
        separator: 0x0A, omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
        pool.append(PoolLine(source: source, line: index + 1, bytes: Array(line)))
      }
    }
  }

  /// The places of receipts by status.
  func places(_ status: String) -> [Int] {
    receipts.indices.filter { receipts[$0].status == status }
  }

  /// Lines of the pool, each with a line end.
  func lines(_ places: [Int]) -> [UInt8] {
    places.reduce(into: []) { bytes, place in
      bytes += pool[place].bytes
      bytes.append(0x0A)
    }
  }

  // MARK: What stands in the contract

  /// All checks that hold for every recipe.
  func checkAll() {
    checkReceipts()
    checkSubset()
    checkCells()
    checkRanks()
    checkSpending()
    checkDescriptions()
  }

  /// Every line that is not blank has one receipt, in the order of the pool, and the counts add up.
  func checkReceipts() {
    #expect(receipts.map(\.source) == pool.map(\.source))
    #expect(receipts.map(\.line) == pool.map(\.line))
    let known = [
      "selected", "outranked", "capped", "duplicate", "redundant", "below-floor", "excluded",
      "unscored", "rejected",
    ]
    #expect(Set(manifest.outcome.keys) == Set(known))
    for status in known { #expect(manifest.outcome[status] == places(status).count) }
    #expect(manifest.outcome.values.reduce(0, +) == pool.count)
    #expect(manifest.sources.reduce(0) { $0 + $1.samples } == samples.count)
    #expect(manifest.sources.reduce(0) { $0 + $1.rejected } == places("rejected").count)
    for receipt in receipts where receipt.status == "rejected" {
      #expect(receipt.cell == nil && receipt.rank == nil && receipt.order == nil)
      #expect(receipt.quality == nil && receipt.descriptor.isEmpty && receipt.reason != nil)
    }
  }

  /// The subset holds the selected lines byte for byte, in the order of the pool.
  func checkSubset() {
    #expect(subset == lines(places("selected")))
    #expect(manifest.output?.bytes == subset.count)
  }

  /// Every cell follows from descriptor and edges; edges ascend; clipped and missing are counted.
  func checkCells() {
    for (number, axis) in manifest.axes.enumerated() {
      #expect(zip(axis.edges, axis.edges.dropFirst()).allSatisfy(<))
      #expect((axis.binning == "category") == (axis.labels != nil))
      #expect((axis.binning == "nested") == (axis.nested != nil))
      #expect((axis.binning == "cvt") == (axis.components != nil))
      let mostEdges = axis.nested?.values.map(\.count).max() ?? axis.edges.count
      let valueBins = axis.labels?.count ?? (mostEdges + 1)
      if axis.binning == "cvt" {
        // Where centroids lie is not told, but every one of them has samples.
        #expect(axis.edges.isEmpty && axis.missing == 0)
        #expect(Set(samples.compactMap { $0.cell?[number] }) == Set(0..<axis.bins))
        #expect(samples.allSatisfy { ($0.descriptor[axis.name]?.number ?? -1) >= 0 })
        continue
      }
      if let nested = axis.nested {
        #expect(axis.edges.isEmpty)
        #expect(nested.values.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } })
        #expect(
          Set(nested.keys) == Set(samples.compactMap { $0.cell.map { Array($0[..<number]) } }))
      }
      #expect(axis.bins == valueBins + (axis.missing > 0 ? 1 : 0))
      var clipped = 0
      var missing = 0
      for receipt in samples {
        let bin: Int?
        switch receipt.descriptor[axis.name] {
        case .number(let value):
          let edges = axis.nested?[Array((receipt.cell ?? [])[..<number])] ?? axis.edges
          bin = edges.count { $0 <= value }
          if let range = axis.range, value < range[0] || value > range[1] { clipped += 1 }
        case .string(let label):
          // By bytes: texts that are canonically equivalent are different labels.
          bin = axis.labels?.firstIndex { Array($0.utf8) == Array(label.utf8) }
        case .null:
          bin = axis.bins - 1
          missing += 1
        default: bin = nil
        }
        #expect(receipt.cell?[number] == bin)
      }
      #expect(clipped == axis.clipped)
      #expect(missing == axis.missing)
    }
    #expect(Set(samples.compactMap(\.cell)).count == manifest.reachableCells)
    #expect(samples.allSatisfy { $0.cell?.count == manifest.axes.count })
  }

  /// Ranks count the candidates of a cell, best first; places count all candidates; no other has any.
  func checkRanks() {
    let candidates: Set = ["selected", "outranked", "capped", "redundant"]
    for receipt in receipts {
      #expect((receipt.rank != nil) == candidates.contains(receipt.status))
      // The order of k-center is worked out as far as the budget reaches.
      if manifest.recipe["method"] != .string("k-center") || receipt.status == "selected" {
        #expect((receipt.order != nil) == (receipt.rank != nil))
      }
      // What is excluded says why, and sometimes what stands in its place.
      if receipt.status == "excluded" {
        #expect(receipt.reason != nil)
      } else {
        #expect((receipt.because != nil) == ["duplicate", "redundant"].contains(receipt.status))
      }
    }
    let byCell = Dictionary(grouping: samples.filter { $0.rank != nil }) { $0.cell ?? [] }
    for members in byCell.values {
      let ranked = members.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
      #expect(ranked.map(\.rank) == Array(1...ranked.count))
      let qualities = ranked.map { $0.quality ?? -.infinity }
      #expect(zip(qualities, qualities.dropFirst()).allSatisfy(>=))
    }
    let places = samples.compactMap(\.order).sorted()
    #expect(places == Array(1..<places.count + 1))
  }

  /// The statuses follow from the order, the budget and the cap; nothing left would fit.
  func checkSpending() {
    let perCell = manifest.recipe["per-cell"]?.number.map { Int($0) } ?? .max
    let unit = manifest.budget.unit
    var left = manifest.budget.limit
    var sent: [[Int]: Int] = [:]
    let isCloseLookedFor =
      manifest.recipe["redundancy"]?.number != nil
      || manifest.recipe["method"] == .string("deita")
    func isIncluded(_ receipt: ReceiptLine) -> Bool {
      receipt.reason?.contains("--include-ids") ?? false
    }
    for (receipt, cost) in inOrder where isIncluded(receipt) {
      left -= cost
      sent[receipt.cell ?? [], default: 0] += 1
    }
    for (receipt, cost) in inOrder {
      let cell = receipt.cell ?? []
      // Chosen before the order: what it costs was taken off first.
      if isIncluded(receipt) {
        #expect(receipt.status == "selected")
        continue
      }
      guard sent[cell, default: 0] < perCell else {
        #expect(receipt.status == "capped")
        continue
      }
      let fits = cost <= left
      if fits, receipt.status == "redundant", isCloseLookedFor { continue }
      #expect(receipt.status == (fits ? "selected" : "outranked"))
      if fits { left -= cost }
      // By samples a cell's turn has come whether or not the budget reached it.
      if fits || unit == "samples" && !isCloseLookedFor { sent[cell, default: 0] += 1 }
    }
    #expect(manifest.budget.spent == manifest.budget.limit - left)
    #expect(left >= 0)
  }

  /// Candidates along the total order, each with what it costs.
  private var inOrder: [(receipt: ReceiptLine, cost: Int)] {
    receipts.indices.filter { receipts[$0].order != nil }
      .sorted { (receipts[$0].order ?? 0) < (receipts[$1].order ?? 0) }
      .map { place in
        let cost =
          switch manifest.budget.unit {
          case "tokens": Int(receipts[place].descriptor["tokens"]?.number ?? .nan)
          case "bytes": pool[place].bytes.count + 1
          default: 1
          }
        return (receipts[place], cost)
      }
  }

  /// What the manifest says of pool and subset follows from the receipts.
  func checkDescriptions() {
    let readable = receipts.indices.filter { receipts[$0].status != "rejected" }
    check(manifest.pool, of: readable)
    check(manifest.subset, of: places("selected"))
    #expect(manifest.pool.cells == manifest.reachableCells)
  }

  private func check(_ description: ManifestFile.Description, of places: [Int]) {
    let set = places.map { receipts[$0] }
    #expect(description.samples == set.count)
    #expect(description.bytes == places.reduce(0) { $0 + pool[$1].bytes.count + 1 })
    if manifest.axes.contains(where: { $0.name == "tokens" }) {
      let tokens = set.reduce(0) { $0 + ($1.descriptor["tokens"]?.number ?? 0) }
      #expect(Double(description.tokens) == tokens)
    }
    check(description.quality, of: set.compactMap(\.quality))
    if manifest.axes.contains(where: { $0.name == "complexity" }) {
      // Receipts print single-precision numbers as such.
      check(
        description.complexity,
        of: set.compactMap { $0.descriptor["complexity"]?.number.map { Double(Float($0)) } })
    }
    let byCell = Dictionary(grouping: set) { $0.cell ?? [] }
    let metrics = description.metrics
    #expect(description.cells == byCell.count)
    #expect(metrics["cells"] == Double(byCell.count))
    // As a double: the product may exceed any count.
    let possible = manifest.axes.reduce(1.0) { $0 * Double($1.bins) }
    #expect(isClose(metrics["coverage"], Double(byCell.count) / possible))
    #expect(
      isClose(
        metrics["reachable_coverage"], Double(byCell.count) / Double(manifest.reachableCells)))
    let best = byCell.values.compactMap { $0.compactMap(\.quality).max() }
    let score: Double? = best.isEmpty ? nil : best.reduce(0, +)
    #expect(isClose(metrics["qd_score"], score))
    #expect(
      isClose(metrics["normalized_qd_score"], score.map { $0 / Double(manifest.reachableCells) }))
    let entropy = byCell.values.reduce(0) { sum, members in
      let share = Double(members.count) / Double(set.count)
      return sum - share * log(share)
    }
    let evenness: Double? =
      byCell.isEmpty ? nil : (byCell.count == 1 ? 1 : entropy / log(Double(byCell.count)))
    #expect(isClose(metrics["evenness"], evenness))
  }

  private func check(_ spread: ManifestFile.Spread?, of values: [Double]) {
    guard let spread, !values.isEmpty else {
      #expect(spread == nil && values.isEmpty)
      return
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(isClose(spread.mean, mean))
    #expect(isClose(spread.sd, variance.squareRoot()))
    let sorted = values.sorted()
    /// Linear between order statistics, as NumPy's default.
    func percentile(_ percent: Double) -> Double {
      let place = percent / 100 * (count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }
    let found = [spread.p5, spread.p25, spread.p50, spread.p75, spread.p95]
    for (percent, value) in zip([5.0, 25, 50, 75, 95], found) {
      #expect(isClose(value, percentile(percent)))
    }
    let mode = Dictionary(grouping: values) { $0 }.values.map(\.count).max() ?? 0
    #expect(isClose(spread.shareAtMode, Double(mode) / count))
  }

  private func isClose(_ found: Double?, _ expected: Double?) -> Bool {
    guard let found, let expected else { return found == nil && expected == nil }
    return (found - expected).magnitude <= 1e-9 * max(1, expected.magnitude)
  }

  // MARK: What holds for some recipes

  /// The order is that of the priorities (i − ½) / N^(1 − E), ties by quality.
  func checkPriorities(evenness: Double) {
    let masses = Dictionary(grouping: samples.filter { $0.rank != nil }) { $0.cell ?? [] }
      .mapValues { Double($0.count) }
    let keys = inOrder.map { receipt, _ in
      (
        priority: (Double(receipt.rank ?? 0) - 0.5)
          / pow(masses[receipt.cell ?? []] ?? 0, 1 - evenness),
        quality: receipt.quality ?? -.infinity
      )
    }
    for (one, next) in zip(keys, keys.dropFirst()) {
      let isTie = (one.priority - next.priority).magnitude <= 1e-12 * one.priority
      #expect(isTie ? one.quality >= next.quality : one.priority < next.priority)
    }
  }

  /// Counts by cell differ by at most one, but for cells that sent all they had.
  func checkEvenCounts() {
    let candidates = samples.filter { $0.rank != nil }
    let masses = Dictionary(grouping: candidates) { $0.cell ?? [] }.mapValues(\.count)
    let counts = masses.keys.map { cell in
      (
        count: candidates.count { $0.cell == cell && $0.status == "selected" },
        mass: masses[cell] ?? 0
      )
    }
    let most = counts.map(\.count).max() ?? 0
    for (count, mass) in counts { #expect(count >= most - 1 || count == mass) }
  }

  /// The place of each candidate in the total order by its place in the receipts.
  var order: [Int: Int] {
    var order: [Int: Int] = [:]
    for place in receipts.indices { order[place] = receipts[place].order }
    return order
  }
}
