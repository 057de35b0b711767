import Numbers

/// Something a user should know about a run that went through: facts, and their one wording.
public enum Warning: Sendable, Equatable {
  /// No quality column was named, so the heuristic stands in.
  case heuristicQuality
  /// No tokenizer was given, so tokens are an estimate.
  case estimatedTokens
  /// So many samples have texts that the chat template does not render.
  case notRendered(samples: Int)
  /// No embeddings were given, so the built-in text embedding stands in.
  case builtInEmbedding(dimension: Int)
  /// Every sample that has a quality has the same; `column` is `nil` for the heuristic.
  case constantQuality(column: String?, value: Double)
  /// A large share of the samples has one and the same quality; `column` is `nil` for the heuristic.
  case qualityMostlyAtMode(column: String?, share: Double)
  /// Quality takes few values, the commonest for such a share of the samples; `column` is `nil` for the
  /// heuristic.
  case fewQualityValues(column: String?, values: Int, share: Double)
  /// Quality follows length, by Spearman's correlation with tokens; `column` is `nil` for the
  /// heuristic.
  case qualityFollowsLength(column: String?, correlation: Double)
  /// Length explains nothing of the quality of so many samples that have one.
  case nothingToDebias(samples: Int)
  /// What is left of quality still goes with length, by Spearman's correlation with tokens before and after;
  /// `isRanked` tells that columns were ranked first.
  case lengthRemains(before: Double, after: Double, isRanked: Bool)
  /// In so many of the reachable cells no sample has a quality; `areChosenFrom` tells that samples without
  /// one may be chosen.
  case cellsWithoutQuality(cells: Int, of: Int, areChosenFrom: Bool)
  /// So many samples have a suspect answer, the first of them stands there, and so many were dropped;
  /// `answers` tells how many different answers are repeated.
  case suspectAnswers(
    kind: SuspectKind, samples: Int, answers: Int, path: String, line: Int, dropped: Int)
  /// Some of the samples have no usable quality; `notNumbers` of them hold something else than a finite
  /// number.
  case qualityMissing(column: String, missing: Int, notNumbers: Int, samples: Int)
  /// Lines were no readable records and were skipped.
  case rejectedLines(count: Int, rejects: String?)
  /// Samples share words with a file of evaluation records, and are excluded.
  case overlap(path: String, samples: Int, words: Int)
  /// Some of the records of a file of evaluation records are too short to exclude anything.
  case evaluationUnused(path: String, unused: Int, records: Int)
  /// Some of the ids of a list match no sample.
  case identifiersUnmatched(path: String, unmatched: Int, identifiers: Int, first: String)
  /// Fewer bins than asked, since many samples share their values.
  case fewerBins(axis: String, asked: Int, made: Int)
  /// Much of a pool lies outside the range in which an axis was cut.
  case muchClipped(axis: String, clipped: Int, samples: Int)
  /// A large share of the samples has no value on an axis.
  case axisMostlyMissing(axis: String, missing: Int, samples: Int)
  /// Nothing was chosen.
  case emptySubset(EmptyReason)
  /// The budget is larger than what may be chosen.
  case budgetNotReached(limit: Int, spent: Int, unit: String)
  /// The grid has more reachable cells than the budget has samples.
  case moreCellsThanBudget(cells: Int, samples: Int)
  /// Options that were given play no part in the method of that name.
  case optionsWithoutEffect(options: [String], method: String)
  /// An axis shows no variation, so it does not divide the pool.
  case constantAxis(axis: String)
  /// A category axis has very many labels.
  case manyLabels(axis: String, labels: Int)

  /// Of the reachable cells so many hold one sample only.
  case mostlySingletons(cells: Int, of: Int)
  /// Two axes say the same: by Spearman's correlation, `nil` where one has no numbers, and by the share of the
  /// information of the coarser one that the other has.
  case axesAlike(first: String, second: String, correlation: Double?, information: Double)
  /// An axis follows length, by Spearman's correlation with tokens.
  case lengthAxis(axis: String, correlation: Double)
  /// The vectors vary along fewer directions than there are topic axes.
  case flatTopics(axes: Int, dimension: Double)
  /// The topics that axes look at carry little of the variance of the vectors.
  case topicsCarryLittle(share: Double, axes: Int)
  /// Vectors were summed up by several kernels of the linear algebra library, which round differently.
  case severalKernels([String])

  /// Why nothing was chosen.
  public enum EmptyReason: Sendable, Equatable {
    /// The budget as it was written comes to nothing.
    case budgetIsNone(requested: String, unit: String)
    /// Even the sample that costs least costs more than the budget.
    case nothingFits(limit: Int, least: Int, unit: String)
    /// The best quality of the pool is below the floor; `isDerived` tells that quality is not a column as
    /// it stands, but negated or combined.
    case nothingReachesFloor(floor: Double, best: Double, isDerived: Bool)
    /// No sample has a usable quality.
    case nothingScored
    /// All samples are excluded, or nearly all and the others may not be chosen either.
    case nothingLeft(excluded: Int)
  }

  /// The warning as a sentence that says what to do.
  public var message: String {
    switch self {
    case .heuristicQuality:
      "quality is a model-free heuristic that follows ratings only weakly, and on Alpaca what it ranked trained"
        + " worse than random subsets; name a score column with --quality, or hold it against --method random"
    case .estimatedTokens:
      "tokens are estimated by rule, not counted by a tokenizer"
    case .notRendered(let samples):
      "\(samples == 1 ? "1 sample has" : "\(grouped(samples)) samples have") texts that the chat template does"
        + " not render (tools, rejected answers, system texts without a place): they count for themselves"
    case .builtInEmbedding(let dimension):
      "topics come from the built-in text embedding (\(dimension) dimensions); a sentence encoder's"
        + " vectors (--embeddings) separate some topics better"
    case .constantQuality(let column, let value):
      "\(quality(column)) is \(shortest(value)) for every sample: it ranks nothing, ties fall by content"
    case .qualityMostlyAtMode(let column, let share):
      "\(quality(column)) has one and the same value for \(percent(share)) of the samples:"
        + " among those it ranks nothing"
    case .fewQualityValues(let column, let values, let share):
      "\(quality(column)) takes only \(values) different values, the commonest for \(percent(share)) of"
        + " the samples: most ties fall by content; a second --quality column would settle them"
    case .qualityFollowsLength(let column, let correlation):
      "\(quality(column)) \(correlation.magnitude > 0.8 ? "mostly tells" : "goes with") how"
        + " \(correlation > 0 ? "long" : "short") a sample is (Spearman with tokens"
        + " \(decimal(correlation, places: 2))); where that is no merit, --debias-length takes it out"
    case .nothingToDebias(let samples):
      samples < 3
        ? "--debias-length changes nothing: a line needs three samples with a quality, and"
          + " \(samples == 1 ? "1 has" : "\(samples) have") one"
        : "--debias-length changes nothing: quality does not rise or fall with length"
    case .lengthRemains(let before, let after, let isRanked):
      "--debias-length leaves quality a Spearman correlation of \(decimal(after, places: 2)) with tokens"
        + " (\(decimal(before, places: 2)) before): no line fits a score that"
        + (isRanked
          ? " takes few values; within each of them length now decides"
          : " is skewed or takes few values; --normalize rank helps where it is skewed")
    case .cellsWithoutQuality(let cells, let all, let areChosenFrom):
      "in \(grouped(cells)) of \(grouped(all)) cells no sample has a quality: "
        + (areChosenFrom ? "there content alone decides" : "they send nothing")
    case .suspectAnswers(let kind, let samples, let answers, let path, let line, let dropped):
      suspicion(kind, samples: samples, answers: answers)
        + ", as in \(path):\(line); "
        + (dropped == 0
          ? "--drop \(kind.rawValue) leaves \(samples == 1 ? "it" : "them") out"
            + (kind == .repeated ? " but the best of each" : "")
          : "\(grouped(dropped)) dropped" + (kind == .repeated ? ", the best of each kept" : ""))
    case .qualityMissing(let column, let missing, let notNumbers, let samples):
      "quality '\(column)' is missing for \(grouped(missing)) of \(grouped(samples)) samples"
        + (notNumbers > 0
          ? "; in \(grouped(notNumbers)) of them something else than a finite number stands there"
          : "")
        + (missing * 2 > samples ? "; most of the pool is not ranked by it" : "")
    case .rejectedLines(let count, let rejects):
      (count == 1
        ? "1 line is no readable record and was skipped"
        : "\(grouped(count)) lines are no readable records and were skipped")
        + (rejects.map { "; kept in \($0)" } ?? "; give --rejects FILE to keep them")
    case .overlap(let path, let samples, let words):
      (samples == 1 ? "1 sample overlaps" : "\(grouped(samples)) samples overlap")
        + " with \(path) (\(words) word\(words == 1 ? "" : "s")) and may not be chosen"
    case .evaluationUnused(let path, let unused, let records):
      "\(grouped(unused)) of \(grouped(records)) records of \(path)"
        + (unused == 1
          ? " has no text of 3 words and excludes nothing"
          : " have no text of 3 words and exclude nothing")
    case .identifiersUnmatched(let path, let unmatched, let identifiers, let first):
      "\(grouped(unmatched)) of \(grouped(identifiers)) ids of \(path) "
        + (unmatched == 1
          ? "matches no sample: '\(first)'" : "match no sample, the first is '\(first)'")
    case .fewerBins(let axis, let asked, let made):
      "axis '\(axis)' has \(grouped(made)) of \(grouped(asked)) bins, since equal values always share a bin"
    case .muchClipped(let axis, let clipped, let samples):
      "axis '\(axis)': \(grouped(clipped)) of \(grouped(samples)) samples lie beyond its range; they are counted"
        + " in the border bins"
    case .axisMostlyMissing(let axis, let missing, let samples):
      "axis '\(axis)' has no value for \(grouped(missing)) of \(grouped(samples)) samples; they share"
        + " a bin of their own"
    case .emptySubset(let reason): "the subset is empty: \(reason.message)"
    case .budgetNotReached(let limit, let spent, let unit):
      "the budget is \(grouped(limit)) \(unit), but only \(grouped(spent)) may be chosen"
    case .moreCellsThanBudget(let cells, let samples):
      "the pool reaches \(grouped(cells)) cells but the subset has \(grouped(samples))"
        + " sample\(samples == 1 ? "" : "s"): most cells send at most one, and quality decides which send none; fewer bins would balance more"
    case .optionsWithoutEffect(let options, let method):
      "\(options.map { "--\($0)" }.joined(separator: " and ")) play\(options.count == 1 ? "s" : "") no part"
        + " in --method \(method)"
    case .constantAxis(let axis):
      "axis '\(axis)' has one value only and divides nothing"
    case .mostlySingletons(let cells, let all):
      "\(grouped(cells)) of \(grouped(all)) reachable cells hold one sample only: there quality ranks nothing;"
        + " fewer bins or axes make cells that can choose"
    case .axesAlike(let first, let second, let correlation, let information):
      "axes '\(first)' and '\(second)' say much the same ("
        + (correlation.map { "Spearman \(decimal($0, places: 2)), " } ?? "")
        + "\(percent(information)) of the information shared): one of them adds few cells"
    case .lengthAxis(let axis, let correlation):
      "axis '\(axis)' mostly tells how \(correlation > 0 ? "long" : "short") a sample is (Spearman with"
        + " tokens \(decimal(correlation, places: 2))): its cells are classes of length"
    case .flatTopics(let axes, let dimension):
      "the vectors vary along about \(decimal(dimension, places: 1)) directions, fewer than the \(axes)"
        + " topics that axes look at: the later ones divide by noise"
    case .topicsCarryLittle(let share, let axes):
      "the \(axes == 1 ? "topic" : "\(axes) topics") that axes look at carr\(axes == 1 ? "ies" : "y")"
        + " \(percent(share)) of the vectors' variance; an axis topic@cvt looks at more of them"
    case .severalKernels(let kernels):
      "vectors were summed up by different kernels (\(kernels.joined(separator: ", "))), so another division"
        + " of the pool among these machines may change last digits of topics; OPENBLAS_CORETYPE sets one for all"
    case .manyLabels(let axis, let labels):
      "axis '\(axis)' has \(grouped(labels)) labels; is it a name rather than a category?"
    }
  }
}

extension Warning.EmptyReason {
  /// The reason as a clause that says what to do.
  fileprivate var message: String {
    switch self {
    case .budgetIsNone(let requested, let unit):
      "the budget of \(requested) comes to 0 \(unit)"
    case .nothingFits(let limit, let least, let unit):
      "every sample has at least \(grouped(least)) \(unit), and the budget is \(grouped(limit))"
    case .nothingReachesFloor(let floor, let best, let isDerived):
      "no quality reaches the floor of \(shortest(floor)) (--min-quality), the best is \(shortest(best))"
        + (isDerived
          ? "; the floor is held against quality as it ranks: negated where the weight is negative, from"
            + " 0 to 1 where several columns are combined" : "")
    case .nothingLeft(let excluded):
      "no sample may be chosen, \(grouped(excluded)) \(excluded == 1 ? "is" : "are") excluded"
    case .nothingScored: "no sample has a usable number in all quality columns"
    }
  }
}

/// How many answers are suspect, and in which way.
private func suspicion(_ kind: SuspectKind, samples: Int, answers: Int) -> String {
  let isOne = samples == 1
  let subject = isOne ? "1 sample" : "\(grouped(samples)) samples"
  return switch kind {
  case .repeated:
    "\(subject) share \(answers == 1 ? "1 answer" : "\(grouped(answers)) answers"), each given to at"
      + " least 5 different prompts"
  case .empty: "\(subject) \(isOne ? "has an empty answer" : "have empty answers")"
  case .placeholder:
    "\(subject) \(isOne ? "has a placeholder for an answer" : "have placeholders for answers")"
  case .echoed:
    "\(subject) \(isOne ? "has an answer that repeats its prompt" : "have answers that repeat their prompts")"
  }
}

/// What a quality is called.
private func quality(_ column: String?) -> String {
  column.map { "quality '\($0)'" } ?? "the heuristic quality"
}

private func percent(_ share: Double) -> String {
  // Towards zero, so that only all is 100 %; a hair more first, for shares such as 0.29.
  let tenths = (share * 1000 + 1e-9).rounded(.down) / 10
  return "\(shortest(tenths)) %"
}
