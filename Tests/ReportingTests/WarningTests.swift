import Reporting
import Testing

@Suite struct WarningTests {
  /// Each in a type of its own, or the list takes long to compile.
  private struct Case: Sendable {
    let warning: Reporting.Warning
    let message: String

    init(_ warning: Reporting.Warning, _ message: String) {
      self.warning = warning
      self.message = message
    }
  }

  private static let cases: [Case] = [
    Case(
      .heuristicQuality,
      "quality is a model-free heuristic that follows ratings only weakly, and on Alpaca what it ranked trained"
        + " worse than random subsets; name a score column with --quality, or hold it against --method random"
    ),
    Case(
      .mostlySingletons(cells: 1200, of: 2000),
      "1,200 of 2,000 reachable cells hold one sample only: there quality ranks nothing; fewer bins or"
        + " axes make cells that can choose"
    ),
    Case(
      .axesAlike(first: "tokens", second: "words", correlation: 0.987, information: 0.75),
      "axes 'tokens' and 'words' say much the same (Spearman 0.99, 75 % of the information shared):"
        + " one of them adds few cells"
    ),
    Case(
      .axesAlike(first: "column:a", second: "topic1", correlation: nil, information: 0.5),
      "axes 'column:a' and 'topic1' say much the same (50 % of the information shared): one of them"
        + " adds few cells"
    ),
    Case(
      .lengthAxis(axis: "complexity", correlation: 0.85),
      "axis 'complexity' mostly tells how long a sample is (Spearman with tokens 0.85): its cells are"
        + " classes of length"
    ),
    Case(
      .lengthAxis(axis: "column:a", correlation: -0.85),
      "axis 'column:a' mostly tells how short a sample is (Spearman with tokens -0.85): its cells are"
        + " classes of length"
    ),
    Case(
      .flatTopics(axes: 2, dimension: 1.04),
      "the vectors vary along about 1.0 directions, fewer than the 2 topics that axes look at: the later"
        + " ones divide by noise"
    ),
    Case(
      .topicsCarryLittle(share: 0.031, axes: 2),
      "the 2 topics that axes look at carry 3.1 % of the vectors' variance; an axis topic@cvt looks at"
        + " more of them"
    ),
    Case(
      .topicsCarryLittle(share: 0.01, axes: 1),
      "the topic that axes look at carries 1 % of the vectors' variance; an axis topic@cvt looks at more"
        + " of them"
    ),
    Case(
      .severalKernels(["Haswell", "SkylakeX"]),
      "vectors were summed up by different kernels (Haswell, SkylakeX), so another division of the pool among"
        + " these machines may change last digits of topics; OPENBLAS_CORETYPE sets one for all"
    ),
    Case(
      .estimatedTokens,
      "tokens are estimated by rule, not counted by a tokenizer"
    ),
    Case(
      .builtInEmbedding(dimension: 256),
      "topics come from the built-in text embedding (256 dimensions); a sentence encoder's"
        + " vectors (--embeddings) separate some topics better"
    ),
    Case(
      .constantQuality(column: "score", value: 3),
      "quality 'score' is 3 for every sample: it ranks nothing, ties fall by content"
    ),
    Case(
      .constantQuality(column: "scores.helpful", value: 0.5),
      "quality 'scores.helpful' is 0.5 for every sample: it ranks nothing, ties fall by content"
    ),
    Case(
      .qualityMostlyAtMode(column: "score", share: 0.625),
      "quality 'score' has one and the same value for 62.5 % of the samples: among those it ranks"
        + " nothing"
    ),
    Case(
      .qualityMissing(column: "score", missing: 7000, notNumbers: 0, samples: 10_000),
      "quality 'score' is missing for 7,000 of 10,000 samples; most of the pool is not ranked by it"
    ),
    Case(
      .qualityMissing(column: "score", missing: 5, notNumbers: 0, samples: 10),
      "quality 'score' is missing for 5 of 10 samples"
    ),
    Case(
      .fewQualityValues(column: "stars", values: 5, share: 0.4),
      "quality 'stars' takes only 5 different values, the commonest for 40 % of the samples: most ties"
        + " fall by content; a second --quality column would settle them"
    ),
    Case(
      .qualityFollowsLength(column: "score", correlation: 0.856),
      "quality 'score' mostly tells how long a sample is (Spearman with tokens 0.86); where that is no"
        + " merit, --debias-length takes it out"
    ),
    Case(
      .qualityFollowsLength(column: "score", correlation: 0.6),
      "quality 'score' goes with how long a sample is (Spearman with tokens 0.60); where that is no merit,"
        + " --debias-length takes it out"
    ),
    Case(
      .qualityFollowsLength(column: nil, correlation: -0.9),
      "the heuristic quality mostly tells how short a sample is (Spearman with tokens -0.90); where that is"
        + " no merit, --debias-length takes it out"
    ),
    Case(
      .nothingToDebias(samples: 1),
      "--debias-length changes nothing: a line needs three samples with a quality, and 1 has one"
    ),
    Case(
      .nothingToDebias(samples: 2),
      "--debias-length changes nothing: a line needs three samples with a quality, and 2 have one"
    ),
    Case(
      .nothingToDebias(samples: 3),
      "--debias-length changes nothing: quality does not rise or fall with length"
    ),
    Case(
      .lengthRemains(before: 0.22, after: -0.6, isRanked: false),
      "--debias-length leaves quality a Spearman correlation of -0.60 with tokens (0.22 before): no line"
        + " fits a score that is skewed or takes few values; --normalize rank helps where it is skewed"
    ),
    Case(
      .lengthRemains(before: -0.29, after: 0.26, isRanked: true),
      "--debias-length leaves quality a Spearman correlation of 0.26 with tokens (-0.29 before): no line"
        + " fits a score that takes few values; within each of them length now decides"
    ),
    Case(
      .cellsWithoutQuality(cells: 3, of: 1200, areChosenFrom: true),
      "in 3 of 1,200 cells no sample has a quality: there content alone decides"
    ),
    Case(
      .cellsWithoutQuality(cells: 3, of: 1200, areChosenFrom: false),
      "in 3 of 1,200 cells no sample has a quality: they send nothing"
    ),
    Case(
      .suspectAnswers(
        kind: .repeated, samples: 1200, answers: 30, path: "p.jsonl", line: 7, dropped: 0),
      "1,200 samples share 30 answers, each given to at least 5 different prompts, as in p.jsonl:7;"
        + " --drop repeated-answers leaves them out but the best of each"
    ),
    Case(
      .suspectAnswers(kind: .repeated, samples: 6, answers: 1, path: "p", line: 7, dropped: 5),
      "6 samples share 1 answer, each given to at least 5 different prompts, as in p:7; 5 dropped, the"
        + " best of each kept"
    ),
    Case(
      .suspectAnswers(kind: .empty, samples: 1, answers: 0, path: "p", line: 7, dropped: 0),
      "1 sample has an empty answer, as in p:7; --drop empty-answers leaves it out"
    ),
    Case(
      .suspectAnswers(kind: .placeholder, samples: 2, answers: 0, path: "p", line: 7, dropped: 2),
      "2 samples have placeholders for answers, as in p:7; 2 dropped"
    ),
    Case(
      .suspectAnswers(kind: .echoed, samples: 1, answers: 0, path: "p", line: 7, dropped: 0),
      "1 sample has an answer that repeats its prompt, as in p:7; --drop echoed-answers leaves it out"
    ),
    Case(
      .qualityMissing(column: "score", missing: 7, notNumbers: 5, samples: 10),
      "quality 'score' is missing for 7 of 10 samples; in 5 of them something else than a finite number"
        + " stands there; most of the pool is not ranked by it"
    ),
    Case(
      .constantQuality(column: nil, value: 0),
      "the heuristic quality is 0 for every sample: it ranks nothing, ties fall by content"
    ),
    Case(
      .qualityMostlyAtMode(column: nil, share: 0.75),
      "the heuristic quality has one and the same value for 75 % of the samples: among those it"
        + " ranks nothing"
    ),
    Case(
      .emptySubset(.budgetIsNone(requested: "1%", unit: "samples")),
      "the subset is empty: the budget of 1% comes to 0 samples"
    ),
    Case(
      .emptySubset(.nothingFits(limit: 1000, least: 2500, unit: "tokens")),
      "the subset is empty: every sample has at least 2,500 tokens, and the budget is 1,000"
    ),
    Case(
      .emptySubset(.nothingReachesFloor(floor: 5, best: 0.5, isDerived: false)),
      "the subset is empty: no quality reaches the floor of 5 (--min-quality), the best is 0.5"
    ),
    Case(
      .emptySubset(.nothingReachesFloor(floor: 5, best: -0.5, isDerived: true)),
      "the subset is empty: no quality reaches the floor of 5 (--min-quality), the best is -0.5;"
        + " the floor is held against quality as it ranks: negated where the weight is negative,"
        + " from 0 to 1 where several columns are combined"
    ),
    Case(
      .emptySubset(.nothingScored),
      "the subset is empty: no sample has a usable number in all quality columns"
    ),
    Case(
      .rejectedLines(count: 1, rejects: nil),
      "1 line is no readable record and was skipped; give --rejects FILE to keep them"
    ),
    Case(
      .rejectedLines(count: 2, rejects: "bad.jsonl"),
      "2 lines are no readable records and were skipped; kept in bad.jsonl"
    ),
    Case(
      .fewerBins(axis: "tokens", asked: 8, made: 3),
      "axis 'tokens' has 3 of 8 bins, since equal values always share a bin"
    ),
    Case(
      .muchClipped(axis: "topic1", clipped: 30, samples: 100),
      "axis 'topic1': 30 of 100 samples lie beyond its range; they are counted in the border bins"
    ),
    Case(
      .budgetNotReached(limit: 6000, spent: 5120, unit: "samples"),
      "the budget is 6,000 samples, but only 5,120 may be chosen"
    ),
    Case(
      .moreCellsThanBudget(cells: 500, samples: 100),
      "the pool reaches 500 cells but the subset has 100 samples: most cells send at most one, and"
        + " quality decides which send none; fewer bins would balance more"
    ),
    Case(
      .moreCellsThanBudget(cells: 2, samples: 1),
      "the pool reaches 2 cells but the subset has 1 sample: most cells send at most one, and"
        + " quality decides which send none; fewer bins would balance more"
    ),
    Case(
      .axisMostlyMissing(axis: "column:level", missing: 7, samples: 10),
      "axis 'column:level' has no value for 7 of 10 samples; they share a bin of their own"
    ),
    Case(
      .constantAxis(axis: "complexity"),
      "axis 'complexity' has one value only and divides nothing"
    ),
    Case(
      .manyLabels(axis: "column:user", labels: 5000),
      "axis 'column:user' has 5,000 labels; is it a name rather than a category?"
    ),
  ]

  @Test(arguments: cases)
  private func `every warning is a sentence that says what to do`(given: Case) {
    #expect(given.warning.message == given.message)
  }

  @Test(arguments: [
    (1, "100 %"), (0.9999, "99.9 %"), (0.29, "29 %"), (0.575, "57.5 %"), (0, "0 %"),
  ])
  func `only all of the samples are 100 percent`(share: Double, text: String) {
    let message = Reporting.Warning.qualityMostlyAtMode(column: "q", share: share).message
    #expect(message.contains(" \(text) of the samples"))
  }
}
