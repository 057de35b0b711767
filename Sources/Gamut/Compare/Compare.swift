import Descriptors
import Metrics
import Samples

/// Compares sets in one common space: their metrics, cell by cell, and what each lacks.
///
/// - Parameters:
///   - request: The sets, and what is told of them.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: The comparison.
/// - Throws: `GamutError`.
/// - Complexity: As `describe`, and O(s c) for s sets and c cells.
public func compare(
  _ request: CompareRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> Comparison {
  do {
    return try carryOut(request, onEvent)
  } catch {
    throw GamutError(error)
  }
}

private func carryOut(
  _ request: CompareRequest, _ onEvent: (Event) -> Void
) throws -> Comparison {
  var reader = try SetReader(
    request.sets, key: request.key, groupColumn: request.groupColumn)
  let found = try reader.read(onEvent)
  var sets = Array(found.sets.prefix(request.sets.inputs.count))
  if let column = request.groupColumn {
    sets = try labelled(sets.flatMap(\.samples), column: column, of: found, request: request)
  }
  var keyCount: Int?
  if let key = request.key { keyCount = try restrict(&sets, to: key, of: found) }
  var ground = try reader.settle(found, sets: sets, onEvent)
  if let keyCount { ground.notes.append(.commonKeys(keyCount)) }
  let members = ground.sets.map(\.samples)
  var measures = try reader.watch.time(.measure, onEvent) {
    try measureSets(
      members, of: ground.measured, metrics: request.sets.metrics, threads: request.sets.threads)
  }
  ground.addPackings(to: &measures, for: request.sets)
  let cells = CellCounts(members, of: ground.measured)
  var demands: [[Comparison.Demand]] = members.map { _ in [] }
  var demandCounts = members.map { _ in 0 }
  if request.demandLimit > 0 {
    (demands, demandCounts) = try reader.watch.time(.compare, onEvent) {
      try DemandList(
        cells: cells, sets: members, ground: ground,
        hasOwnPool: !request.sets.pool.isEmpty, limit: request.demandLimit,
        threads: request.sets.threads
      ).read()
    }
  }
  return Comparison(
    names: ground.sets.map(\.name), measures: measures, metrics: request.sets.metrics,
    axes: ground.measured.grid.axes.map(\.name), reachableCells: cells.reachableCount,
    changes: members.indices.dropFirst().map { cells.changes(of: $0, limit: request.cellLimit) },
    demands: demands, demandCounts: demandCounts, notes: ground.notes,
    timing: reader.watch.stages)
}

/// Samples divided by their labels.
private func labelled(
  _ samples: [Int32], column: String, of ground: SetGround, request: CompareRequest
) throws(GamutError) -> [SetGround.Part] {
  let columns = ground.measured.columns
  guard let place = ground.plan.categoryColumns.lastIndex(of: column) else {
    preconditionFailure("the column that divides is read")
  }
  let path = request.sets.inputs[0]
  let labels = columns.labels[place].labels
  let codes = columns.labelCodes[place]
  var samplesOfLabel = [[Int32]](repeating: [], count: labels.count)
  for sample in samples where codes[Int(sample)] >= 0 {
    samplesOfLabel[Int(codes[Int(sample)])].append(sample)
  }
  let present = labels.indices.filter { !samplesOfLabel[$0].isEmpty }
    .sorted { labels[$0].lexicographicallyPrecedes(labels[$1]) }
  func name(_ label: Int) -> String { String(decoding: labels[label], as: UTF8.self) }
  if request.groups.isEmpty {
    guard (2...CompareRequest.setLimit).contains(present.count) else {
      throw .notComparable(
        path: path, column: column, labels: present.count, limit: CompareRequest.setLimit)
    }
    return present.map { .init(name: name($0), samples: samplesOfLabel[$0]) }
  }
  var owners: [Int: String] = [:]
  var parts: [SetGround.Part] = []
  for group in request.groups {
    var members: [Int32] = []
    for pattern in group.patterns {
      let bytes = Array(pattern.utf8)
      let isPrefix = bytes.last == UInt8(ascii: "*")
      let matching = present.filter {
        isPrefix ? labels[$0].starts(with: bytes.dropLast()) : labels[$0] == bytes
      }
      guard !matching.isEmpty else {
        throw .noSuchLabel(
          path: path, column: column, pattern: pattern, labels: present.map(name))
      }
      for label in matching {
        if let owner = owners[label] {
          if owner == group.name { continue }
          throw .labelInTwoGroups(label: name(label), first: owner, second: group.name)
        }
        owners[label] = group.name
        members += samplesOfLabel[label]
      }
    }
    parts.append(.init(name: group.name, samples: members.sorted()))
  }
  return parts
}

/// Leaves those samples alone whose key all sets have.
private func restrict(
  _ sets: inout [SetGround.Part], to key: SampleKey, of ground: SetGround
) throws(GamutError) -> Int {
  let keys = ground.measured.columns.keys
  var common: Set<UInt64>?
  for set in sets {
    let own = Set(set.samples.lazy.map { keys[Int($0)] }.filter { $0 != 0 })
    common = common.map { $0.intersection(own) } ?? own
  }
  guard let common, !common.isEmpty else {
    switch key {
    case .prompt: throw .noCommonKey(column: nil)
    case .column(let column): throw .noCommonKey(column: column)
    }
  }
  for place in sets.indices {
    sets[place].samples.removeAll { !common.contains(keys[Int($0)]) }
  }
  return common.count
}
