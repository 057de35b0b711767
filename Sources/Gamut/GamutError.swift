public import Descriptors
public import DuckDB
public import LinearAlgebra
public import Reporting
public import Samples
public import Selection
public import Storage
public import Tokenizers

/// A requirement that a subset does not meet.
public struct UnmetRequirement: Sendable, Equatable {
  /// What was found.
  public var outcome: RequirementOutcome
  /// The budget of the subset; `nil` where there is only one.
  public var budget: String?
}

/// Why a request cannot be served: facts only, worded by the tool.
public enum GamutError: Error, Sendable {
  /// A source could not be read.
  case samples(SamplesError)
  /// A file could not be read or written.
  case storage(StorageError)
  /// An axis cannot be cut.
  case descriptors(DescriptorsError)
  /// Vectors could not be turned into topics.
  case linearAlgebra(LinearAlgebraError)
  /// An archive cannot be read, joined or extended.
  case archive(ArchiveError)
  /// A file is no tokenizer, or one of a kind that is not supported.
  case tokenizer(path: String, TokenizersError)
  /// A file is no template of conversations, or one that is not known.
  case chatTemplate(path: String, ChatTemplate.Problem)
  /// Beside a tokenizer lies no template, or a file that was named, `path`, holds none.
  case noChatTemplate(tokenizer: String, path: String?)
  /// A template is asked for, and the tokenizer is a model of SentencePiece, which knows no tokens in a text.
  case templateNeedsTokens(path: String)
  /// What a template puts around texts as one token is none of the tokenizer's.
  case templateTokenMissing(path: String, template: String, token: String)
  /// A record's text is one that the SentencePiece library does not encode.
  case notTokenized(path: String, line: Int)
  /// The pool has no record at all.
  case emptyPool(paths: [String])
  /// A source is no file of records but one of another format, as its first line tells.
  case foreignFormat(path: String, format: ForeignFormat)
  /// A record has none of the fields that were named for its text, but `keys`, up to eight of them; so has
  /// none of `count` lines, where that is the whole pool, else `count` is 1.
  case noTextField(path: String, line: Int, fields: [String], keys: [String], count: Int)
  /// All lines of the pool, `count` of them, are no readable records; the first is told.
  case nothingReadable(path: String, line: Int, problem: RecordProblem, count: Int)
  /// The subset cannot be written as Parquet, CSV or TSV.
  case notTabular(TabularProblem)
  /// Receipts are asked for, and the subset goes to a pipe or a device, beside which nothing stands.
  case receiptsBesideNoFile(output: String)
  /// The places of the chosen samples are asked for, and the subset goes to a pipe or a device.
  case indicesBesideNoFile(output: String)
  /// Several subsets are to be written, and there is no file's name to make theirs from: the subset goes
  /// to standard output (`nil`), a pipe or a device.
  case subsetsInNoFile(output: String?)
  /// Receipts stand where the subset's would, but none are asked for: they tell of another subset.
  case receiptsOfAnother(path: String)
  /// A file of places stands where the subset's would, but none is asked for: it tells of another subset.
  case indicesOfAnother(path: String)
  /// So many samples have no usable quality; the first is told.
  case missingQuality(path: String, line: Int, column: String, count: Int)
  /// So many samples have a usable quality from fewer than two scorers, whose agreement was asked for; the
  /// first is told.
  case tooFewScorers(path: String, line: Int, count: Int)
  /// An agreement was asked for of so many columns, fewer than two.
  case agreementOfOne(columns: Int)
  /// No sample of the files has a usable value in a quality column.
  case noQuality(paths: [String], column: String, isText: Bool)
  /// No sample of the files has a value in the column of an axis: no number, or no label. `isText` tells
  /// that there is something else where a number should stand.
  case noAxisValues(paths: [String], column: String, isCategory: Bool, isText: Bool)
  /// The labels of a category column are too many, or too long, to be labels: so many, of so many bytes
  /// together, before the reading ended.
  case tooManyLabels(column: String, labels: Int, byteCount: Int)
  /// So many samples have a negative quality, which the method cannot take for an amount; the first is told.
  case negativeQuality(
    method: SelectionMethod, path: String, line: Int, quality: Double, count: Int)
  /// The vectors are not as many as the samples.
  case vectorCountMismatch(path: String, vectors: Int, samples: Int, rejected: Int)
  /// A vector holds a NaN or an infinity; `row` counts from 0.
  case vectorNotFinite(path: String, row: Int)
  /// An axis asks for a component that the vectors have not.
  case topicBeyondDimension(topic: Int, dimension: Int)
  /// A cvt axis shall look at more components than the vectors have.
  case topicsBeyondDimension(count: Int, dimension: Int)
  /// Topics are to be fitted to a share of vectors, and there are none.
  case shareOfNoVectors
  /// So few vectors are in the share that topics are to be fitted to that they do not tell their directions.
  case vectorShareTooSmall(share: Double, vectors: Int, dimension: Int)
  /// Places are to be read from standard input or a pipe, which are read neither from any offset nor twice.
  case placesNotAFile(path: String)
  /// A file is no list of places; `found` is what stands there.
  case unreadablePlaces(path: String, problem: StorageError.ArrayProblem, found: String)
  /// A number of a file of places leads beyond the pool; `position` counts the numbers from 0.
  case noSuchPlace(path: String, position: Int, place: Int, lineCount: Int)
  /// A number of a file of places leads to a line that is no readable record.
  case placeOfRejected(path: String, position: Int, place: Int)
  /// A number stands twice in a file of places.
  case placeTwice(path: String, place: Int)
  /// Vectors are too long for moments of them.
  case momentsOfLongVectors(path: String, dimension: Int, limit: Int)
  /// A record of a file of evaluation records is unreadable.
  case unreadableEvaluation(path: String, line: Int, byteOffset: Int, problem: RecordProblem)
  /// None of the records of a file that language models are held against has an answer.
  case noAnswers(path: String, records: Int)
  /// None of the records of a file of evaluation records has words enough to be compared.
  case emptyEvaluation(path: String, records: Int)
  /// So many samples are to be chosen in any case and never; the first is told, with its id as JSON.
  case includedAndExcluded(path: String, line: Int, id: String, count: Int)
  /// So many samples that are to be chosen in any case overlap with an evaluation record; the first is
  /// told, with its id as JSON.
  case includedOverlaps(
    path: String, line: Int, id: String, evaluation: String, evaluationLine: Int, count: Int)
  /// The samples that are to be chosen in any case cost more than the budget.
  case includedBeyondBudget(samples: Int, cost: Int, limit: Int, unit: Budget.Unit)
  /// A budget is smaller than the least that a sample costs which may be chosen.
  case budgetBuysNothing(budget: String, limit: Int, least: Int, unit: Budget.Unit)
  /// The subset is not what the recipe requires, in so many ways; nothing was written.
  case requirementsNotMet([UnmetRequirement])
  /// A set that is to be measured has no sample.
  case setWithoutSamples(name: String)
  /// There are so many files of vectors for so many sets, the pool's files counted as one.
  case embeddingCountMismatch(embeddings: Int, sets: Int)
  /// The vectors of two sets have different dimensions.
  case otherVectorDimension(path: String, found: Int, expected: Int)
  /// No key is one of all sets; `nil` for prompts.
  case noCommonKey(column: String?)
  /// No label of a column is as asked; some of those there are.
  case noSuchLabel(path: String, column: String, pattern: String, labels: [String])
  /// A label is asked for in two groups.
  case labelInTwoGroups(label: String, first: String, second: String)
  /// A column has fewer than two labels, or too many to be compared.
  case notComparable(path: String, column: String, labels: Int, limit: Int)
  /// A pool of more samples than an index can count.
  case tooManySamples(limit: Int)
  /// A source of more lines, or elements of an array, than a line number can count.
  case tooManyLines(path: String, limit: Int)
  /// No record has an `id` that was asked for, and it is no place either: of `samples` records so many
  /// have an id, the first of them `example`, as JSON.
  case noSuchSample(
    id: String, samples: Int, identified: Int, example: String?, sources: [String])
  /// A source has no record in a line, whose last is `last`.
  case noSuchLine(path: String, line: Int, last: Int)
  /// Of a pool of so few candidates too little is left in a fold to tune by.
  case tooFewToTune(candidates: Int, folds: Int, least: Int)
  /// The budget buys nothing, or all that may be chosen, whatever the grid is.
  case nothingToTune(budget: String, limit: Int, cost: Int, unit: Budget.Unit)
  /// More configurations than are tried at once.
  case tooManyConfigurations(count: Int, limit: Int)
  /// No objective of a tuning has the name.
  case noSuchObjective(name: String, known: [String])
  /// No configuration keeps a bound, the others before it kept: the best value among those left is told.
  case noConfigurationPreferred(
    text: String, objective: String, bound: Double?, best: Double?, among: Int, of: Int)
  /// Another process is writing the journal of a tuning.
  case journalBusy(path: String)
  /// A journal of another request stands where this one's would, or a file that is none.
  case journalOfAnother(path: String, isJournal: Bool)
  /// What lies at a path is no archive, no subset with a manifest beside it, and no tuning run.
  case notReportable(path: String)
  /// A subset is not what its manifest says, or cannot be made again.
  case subsetNotRederived(VerifyReport)
  /// A file says that it is a tuning run, and a member is missing or not of its kind.
  case malformedTuning(path: String, member: String)
  /// The `duckdb` command, which writes Parquet, cannot be run or failed.
  case duckDB(DuckDBError)
  /// A chosen record is no conversation, is of another kind than the others, or holds what the format of the
  /// subset cannot.
  case notConvertible(path: String, ExportFinding)
  /// Records are not what the target takes, or hold what it has no place for; nothing was written.
  case exportRefused(ExportRefusal)
  /// Of so many records none is left to be written.
  case nothingToExport(path: String, records: Int)
  /// Weights are asked for and the cells of the subset are not known; the reason is one of
  /// `ExportNote.NoCells`.
  case noCellsToWeigh(path: String, ExportNote.NoCells)
  /// So many of the samples cannot be set aside: what comes nearest is nothing, or all of them.
  case validationImpossible(wanted: Int, samples: Int, got: Int)
}
