import Descriptors
import LinearAlgebra
import Metrics
import Numbers
import Parallelism
import Selection

/// The axes of all grids that are tried, cut over the pool or over a part of it: each once, however many grids
/// it stands in.
struct TuningAxes {
  private let ground: TuningGround
  /// The model of the archive that is chosen from, whose edges stay where they are for the whole pool.
  private let model: DescriptorModel?
  private let grids: [[AxisSpecification]]
  /// By how much the values of a numeric axis are moved, by its name, and each topic by its own.
  private let noiseScales: [String: Double]

  /// - Parameters:
  ///   - grids: What is tried.
  ///   - ground: The pool.
  ///   - model: The archive's model; `nil` where files were read.
  init(_ grids: [[AxisSpecification]], ground: TuningGround, model: DescriptorModel?) {
    self.grids = grids
    self.ground = ground
    self.model = model
    var places: [String: ReadingPlan.Place] = [:]
    for axis in grids.joined() where axis.binning != .category {
      if axis.binning == .cvt {
        for topic in 0..<ground.plan.cvtTopicCount { places["topic\(topic + 1)"] = .topic(topic) }
      } else {
        places[axis.name] = ground.plan.place(of: axis)
      }
    }
    let (names, columns, count) = (
      places.keys.sorted(), ground.pool.columns, ground.plan.topicCount
    )
    let slots = names.map { _ in Slot<Double>() }
    let values = names.map { places[$0] }
    forEachIndex(below: names.count, threads: ground.threads) { index in
      guard let place = values[index] else { return }
      slots[index].fill(
        TuneRequest.jitter * Self.deviation(columns.values(at: place, topicCount: count)))
    }
    noiseScales = Dictionary(uniqueKeysWithValues: zip(names, slots.map(\.value)))
  }

  /// The axes of each grid with each sample's bin.
  typealias Cut = [[Groundwork.BinnedAxis]]

  private var columns: PoolColumns { ground.pool.columns }
  private var plan: ReadingPlan { ground.plan }

  /// The different axes that need no other, in the order in which they come up.
  private var plainAxes: [AxisSpecification] {
    var result: [AxisSpecification] = []
    for axis in grids.joined() where axis.binning != .nested && !result.contains(axis) {
      result.append(axis)
    }
    return result
  }

  /// Puts grids together of plain axes and of nested ones, each cut once within those before it.
  private func assembled(
    _ plain: [String: Groundwork.BinnedAxis],
    nested: (AxisSpecification, [Groundwork.BinnedAxis], String) throws -> Groundwork.BinnedAxis
  ) rethrows -> Cut {
    var known: [String: Groundwork.BinnedAxis] = [:]
    return try grids.map { grid in
      var axes: [Groundwork.BinnedAxis] = []
      var key = ""
      for axis in grid {
        key += axis.description + " "
        if let plain = plain[axis.description] {
          axes.append(plain)
          continue
        }
        let cut = try known[key] ?? nested(axis, axes, key)
        known[key] = cut
        axes.append(cut)
      }
      return axes
    }
  }

  // MARK: The whole pool

  /// The axes as a choice from the whole pool has them.
  ///
  /// - Throws: `GamutError.noAxisValues`, `DescriptorsError`, `LinearAlgebraError`.
  func ofWholePool() throws -> Cut {
    let known = model.map { model in
      plainAxes.map { model.known(of: [$0], topics: ground.recipe.topics)[0] }
    }
    let binned = zip(ground.recipe.axes, ground.pool.known?.axes ?? [])
    let plain = try cutPlain { place, axis in
      if let kept = binned.first(where: { $0.0 == axis })?.1 { return kept }
      return try Groundwork.cut(
        [axis], known: [known?[place]], columns: columns, sources: ground.pool.sources, plan: plan,
        seed: ground.recipe.seed, threads: axis.binning == .cvt ? ground.threads : 1)[0]
    }
    return try assembled(plain) { axis, before, _ in
      let values = columns.values(at: plan.place(of: axis), topicCount: plan.topicCount)
      let parents = grid(before)
      let specifications = before.map(\.axis.specification) + [axis]
      if let cut = model?.known(of: specifications, topics: ground.recipe.topics).last ?? nil {
        return cut.applied(to: values, within: parents)
      }
      let cut = try Axis(fitting: axis, to: values, within: parents)
      return (cut, cut.bins(of: values, within: parents))
    }
  }

  private func grid(_ axes: [Groundwork.BinnedAxis]) -> Grid {
    Grid(axes: axes.map(\.axis), bins: axes.map(\.bins), sampleCount: columns.count)
  }

  /// Cuts plain axes side by side; those of Voronoi cells one after the other, with all threads.
  private func cutPlain(
    _ cut: @Sendable (Int, AxisSpecification) throws -> Groundwork.BinnedAxis
  ) throws -> [String: Groundwork.BinnedAxis] {
    let axes = plainAxes
    let slots = axes.map { _ in Slot<Result<Groundwork.BinnedAxis, any Error>>() }
    let light = axes.indices.filter { axes[$0].binning != .cvt }
    forEachIndex(below: light.count, threads: ground.threads) { index in
      let place = light[index]
      slots[place].fill(Result { try cut(place, axes[place]) })
    }
    for place in axes.indices where axes[place].binning == .cvt {
      slots[place].fill(Result { try cut(place, axes[place]) })
    }
    var result: [String: Groundwork.BinnedAxis] = [:]
    for (axis, slot) in zip(axes, slots) { result[axis.description] = try slot.value.get() }
    return result
  }

  // MARK: A part of it

  /// The axes cut over what is left without a fold, and applied to all samples.
  ///
  /// - Parameters:
  ///   - fold: The fold.
  ///   - whole: The axes of the whole pool, whose labels stay.
  /// - Returns: The axes of each grid with each sample's bin, those of the fold included.
  /// - Throws: `DescriptorsError`, `LinearAlgebraError`.
  func without(_ fold: Int, whole: Cut) throws -> Cut {
    let labels = categories(of: whole)
    let folds = ground.folds
    let plain = try cutPlain { _, axis in
      if let labels = labels[axis.description] { return labels }
      if axis.binning == .cvt {
        let training = CellTraining(
          columns: columns, limit: CellTraining.sampleLimit(cells: axis.binCount),
          topicCount: plan.topicCount, count: plan.cvtTopicCount,
          isIn: { Int(folds[$0]) != fold })
        let centroids = try KMeans.fit(
          training.rows, stride: plan.cvtTopicCount, dimension: plan.cvtTopicCount,
          count: axis.binCount, seed: ground.recipe.seed, threads: ground.threads)
        return try Axis(cells: axis, centroids: centroids)
          .applied(toRows: columns.topics, stride: plan.topicCount, threads: ground.threads)
      }
      let place = plan.place(of: axis)
      let values = columns.values(at: place, topicCount: plan.topicCount)
      let cut = try Axis(
        fitting: axis, to: kept(values, without: fold), isSinglePrecision: place.isSinglePrecision)
      return cut.applied(to: values)
    }
    return try assembled(plain) { axis, before, _ in
      let values = columns.values(at: plan.place(of: axis), topicCount: plan.topicCount)
      let parents = grid(before)
      let keptParents = Grid(
        axes: before.map(\.axis), bins: before.map { kept($0.bins, without: fold) },
        sampleCount: folds.count { Int($0) != fold })
      let cut = try Axis(
        fitting: axis, to: kept(values, without: fold), within: keptParents)
      return cut.applied(to: values, within: parents)
    }
  }

  private func kept<Value>(_ values: [Value], without fold: Int) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(values.count)
    for (sample, value) in values.enumerated() where Int(ground.folds[sample]) != fold {
      result.append(value)
    }
    return result
  }

  /// The axes of labels, which are the same in any part.
  private func categories(of whole: Cut) -> [String: Groundwork.BinnedAxis] {
    var result: [String: Groundwork.BinnedAxis] = [:]
    for axis in whole.joined() where axis.axis.isCategory {
      result[axis.axis.specification.description] = axis
    }
    return result
  }

  /// Axes applied to descriptors that were moved a little, each sample's by chance: labels stay.
  ///
  /// - Parameters:
  ///   - cut: The axes as they were cut without a fold.
  ///   - fold: The fold, which chance hangs on.
  /// - Returns: The same axes with other bins.
  /// - Throws: `LinearAlgebraError`.
  func jittered(_ cut: Cut, fold: Int) throws -> Cut {
    let byName = Dictionary(
      cut.joined().map { ($0.axis.specification.description, $0) },
      uniquingKeysWith: { one, _ in one })
    let plain = try cutPlain { _, axis in
      guard let own = byName[axis.description] else { preconditionFailure("every axis was cut") }
      if own.axis.isCategory { return own }
      if axis.binning == .cvt {
        return try own.axis.applied(
          toRows: movedTopics(fold: fold, count: own.axis.centroids?.dimension ?? 0),
          stride: plan.topicCount, threads: ground.threads)
      }
      return own.axis.applied(to: moved(axis, fold: fold))
    }
    let nestedAxes = nestedAxes(of: cut)
    return assembled(plain) { axis, before, key in
      guard let own = nestedAxes[key] else { preconditionFailure("every axis was cut") }
      return own.applied(to: moved(axis, fold: fold), within: grid(before))
    }
  }

  /// The nested axes by what stands before them.
  private func nestedAxes(of cut: Cut) -> [String: Axis] {
    var result: [String: Axis] = [:]
    for (specifications, axes) in zip(grids, cut) {
      var key = ""
      for (specification, axis) in zip(specifications, axes) {
        key += specification.description + " "
        if specification.binning == .nested { result[key] = axis.axis }
      }
    }
    return result
  }

  /// The values of an axis, moved.
  private func moved(_ axis: AxisSpecification, fold: Int) -> [Double] {
    var values = columns.values(at: plan.place(of: axis), topicCount: plan.topicCount)
    let scale = noiseScales[axis.name] ?? 0
    let seed = noiseSeed(of: axis.name, fold: fold)
    for sample in values.indices {
      values[sample] += scale * Self.noise(mixed(columns.hashHigh[sample], seed: seed))
      // What is larger than any number stays where it is.
      if values[sample].isInfinite { values[sample] = .greatestFiniteMagnitude }
    }
    return values
  }

  /// All topics, the first of them moved.
  private func movedTopics(fold: Int, count: Int) -> [Float] {
    var topics = columns.topics
    let stride = plan.topicCount
    for topic in 0..<count {
      let name = "topic\(topic + 1)"
      let (scale, seed) = (noiseScales[name] ?? 0, noiseSeed(of: name, fold: fold))
      for sample in 0..<columns.count {
        let noise = scale * Self.noise(mixed(columns.hashHigh[sample], seed: seed))
        topics[sample * stride + topic] = Float(Double(topics[sample * stride + topic]) + noise)
      }
    }
    return topics
  }

  /// What the noise of a descriptor starts from: the same for every way in which it is cut.
  private func noiseSeed(of name: String, fold: Int) -> UInt64 {
    var seed = mixed(UInt64(fold), seed: ground.recipe.seed)
    for byte in name.utf8 { seed = mixed(UInt64(byte), seed: seed) }
    return seed
  }

  /// A number of mean 0 and variance 1, near normal: four sixteenths of a hash added up (Irwin and Hall).
  private static func noise(_ hash: UInt64) -> Double {
    var sum = 0.0
    for part in 0..<4 { sum += Double((hash >> UInt64(16 * part)) & 0xFFFF) / 65_536 }
    return (sum - 2 + 2 / 65_536) * 3.0.squareRoot()
  }

  /// The standard deviation of the values that are numbers, added up in their order and not in the pool's.
  private static func deviation(_ values: [Double]) -> Double {
    Distribution(of: values)?.standardDeviation ?? 0
  }
}
