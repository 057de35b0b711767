import CommandLineKit
import Descriptors
import Gamut
import Glibc
import LinearAlgebra
import Measures
import Numbers
import Reporting
import Samples
import Selection
import Storage
import Tokenizers

/// Puts what a command threw into words that say what to do next.
func explain(_ error: any Error) -> Failure {
  guard let error = error as? GamutError else { return Failure(String(describing: error)) }
  if case .requirementsNotMet = error { return Failure(error.message, status: .unmet) }
  return Failure(error.message)
}

extension GamutError {
  /// The error as a sentence or two, without a closing full stop.
  var message: String {
    switch self {
    case .samples(let error): error.message
    case .storage(let error): error.message
    case .descriptors(let error): error.message
    case .linearAlgebra(let error): error.message
    case .archive(let error): error.message
    case .tokenizer(let path, let error): error.message(path: path)
    case .chatTemplate(let path, let problem): problem.message(path: path)
    case .noChatTemplate(let tokenizer, let path):
      if let path {
        "\(path) holds no chat template; \(ChatTemplate.Problem.advice)"
      } else {
        "beside \(tokenizer) there is no tokenizer_config.json with a chat template and no"
          + " chat_template.jinja; \(ChatTemplate.Problem.advice)"
      }
    case .templateNeedsTokens(let path):
      "\(path) is a SentencePiece model, which finds no tokens such as <s> in a text; --chat-template"
        + " needs the model's tokenizer.json"
    case .templateTokenMissing(let path, let template, let token):
      "\(token.debugDescription) is not one token of \(path), so this is not a tokenizer for the chat"
        + " template\(template.isEmpty ? "" : " \(template)"); name the one that the model is trained with, or"
        + " another template"
    case .notTokenized(let path, let line):
      "\(path):\(line): SentencePiece does not encode a text of this record; leave the record out, or"
        + " name another tokenizer"
    case .emptyPool(let paths):
      "no record in \(list(paths)); is it the right file?"
    case .notTabular(let problem): problem.message
    case .foreignFormat(let path, let format): format.message(path: path)
    case .noTextField(let path, let line, let fields, let keys, let count):
      "\(path):\(line): \(RecordProblem.unknownShape(keys: keys).message(textFields: fields))"
        + (count > 1 ? "; no other of the \(grouped(count)) lines is a readable record either" : "")
        + "; name the fields that hold the text with --text FIELD,..."
        + (count > 1
          ? "" : ", or go on without such lines with --on-error skip --rejects FILE")
    case .nothingReadable(let path, let line, let problem, let count):
      "\(path):\(line): \(problem.message)"
        + (count > 1 ? "; no other of the \(grouped(count)) lines is a readable record either" : "")
        + "; is it the right file? --text FIELD,... names the fields of other records"
    case .receiptsBesideNoFile(let output):
      "receipts stand beside the subset, and \(output) is no file; name one with --output"
    case .indicesBesideNoFile(let output):
      "the indices stand beside the subset, and \(output) is no file; name one with --output"
    case .subsetsInNoFile(let output):
      "several budgets make several files, named after --output, and "
        + (output.map { "\($0) is no file" } ?? "standard output is none")
        + "; name a file with --output"
    case .receiptsOfAnother(let path):
      "\(path) holds the receipts of another subset and would lie about the new one; choose another"
        + " name, write new ones with --receipts, or let them go with --force"
    case .indicesOfAnother(let path):
      "\(path) holds the indices of another subset and would lie about the new one; choose another"
        + " name, write new ones with --indices, or let them go with --force"
    case .missingQuality(let path, let line, let column, let count):
      "\(path):\(line): '\(column)' is missing or no number here"
        + (count > 1 ? " and in \(grouped(count - 1)) more samples" : "")
        + "; leave such samples out with --missing-quality drop, or rank them last with"
        + " --missing-quality lowest"
    case .tooFewScorers(let path, let line, let count):
      "\(path):\(line): fewer than two of the scorers have a number here"
        + (count > 1 ? " and in \(grouped(count - 1)) more samples" : "")
        + ", and agreement needs two; leave such samples out with --missing-quality drop, or rank"
        + " them last with --missing-quality lowest"
    case .agreementOfOne(let columns):
      "--agreement joins several scorers, and \(columns == 0 ? "none" : "only \(columns)") is named;"
        + " name at least two with --quality"
    case .noQuality(let paths, let column, let isText):
      isText
        ? "\(first(of: paths)): '\(column)' holds no number that can be read in any record; name a"
          + " column of numbers"
        : "\(first(of: paths)): no record has a number in '\(column)'; check the spelling, or give"
          + " the path with dots (scores.helpful)"
    case .noAxisValues(let paths, let column, _, _) where binningAfterColon(column) != nil:
      "\(first(of: paths)): no record has a column '\(column)'; a binning stands after an '@', as in"
        + " --axis 'column:\(binningAfterColon(column) ?? "")'"
    case .noAxisValues(let paths, let column, let isCategory, let isText):
      isText
        ? "\(first(of: paths)): '\(column)' holds no number that can be read in any record; make its"
          + " labels an axis with --axis 'column:\(column)@category'"
        : "\(first(of: paths)): no record has a \(isCategory ? "label" : "number") in '\(column)';"
          + " check the spelling, or give the path with dots (scores.helpful)"
    case .tooManyLabels(let column, let labels, let byteCount):
      "'\(column)' has more than \(grouped(labels - 1)) different labels (\(grouped(byteCount)) bytes):"
        + " that is no category; name a column of labels, or cut its numbers with --axis"
        + " 'column:\(column):8@quantile'"
    case .negativeQuality(let method, let path, let line, let quality, let count):
      "\(path):\(line): the quality is \(decimal(quality))\(more(count)), and --method \(method.rawValue)"
        + (method == .deita ? " multiplies it by complexity" : " adds it up as an amount")
        + "; bring it to 0..1 with --normalize rank"
    case .vectorCountMismatch(let path, let vectors, let samples, let rejected):
      "\(path) has \(grouped(vectors)) vectors but the inputs have \(grouped(samples)) samples"
        + (rejected > 0 ? " and \(grouped(rejected)) skipped lines" : "")
        + "; vectors and samples must be one to one and in the same order: embed these inputs again"
    case .vectorNotFinite(let path, let row):
      "\(path): row \(grouped(row)) (from 0) holds a NaN, an infinity or a number beyond single precision;"
        + " embed that sample again"
    case .topicBeyondDimension(let topic, let dimension):
      "topic\(topic) is asked for, but the vectors have \(dimension) dimensions and so at most"
        + " \(dimension) topics"
    case .placesNotAFile(let path):
      "places are read from a file, and \(path == "-" ? "standard input" : path) is none; write them to a file"
        + " first"
    case .unreadablePlaces(let path, let problem, let found):
      "\(path) cannot be read as places: \(problem.message)\(found.isEmpty ? "" : " (found: \(found))"); save a"
        + " list of whole numbers with numpy.save"
    case .noSuchPlace(let path, let position, let place, let lineCount):
      "\(path): number \(grouped(position)) (from 0) is \(place), and the pool has"
        + (lineCount == 0 ? " no record" : " the places 0 to \(grouped(lineCount - 1))")
        + "; name the pool that the places were told of, its files in the same order"
    case .placeOfRejected(let path, let position, let place):
      "\(path): number \(grouped(position)) (from 0) is \(place), where the pool has a line that is no readable"
        + " record; name the pool that the places were told of"
    case .placeTwice(let path, let place):
      "\(path) has the place \(place) twice; leave one out"
    case .momentsOfLongVectors(let path, let dimension, let limit):
      "\(path) has vectors of \(grouped(dimension)) dimensions, and moments are gathered of up to"
        + " \(grouped(limit)); fit the model to part of the pool, and the others with --model and that"
    case .topicsBeyondDimension(let count, let dimension):
      "--topics asks for \(count) leading components, but the vectors have \(dimension) dimensions and so"
        + " at most \(dimension)"
    case .shareOfNoVectors:
      "--vector-share is a share of --embeddings, and none are given; name them, or leave it out"
    case .vectorShareTooSmall(let share, let vectors, let dimension):
      "--vector-share \(shortest(share)) leaves \(grouped(vectors)) vectors of \(grouped(dimension)) numbers to fit topics"
        + " to, fewer than they have numbers; take a larger share, or leave it out"
    case .unreadableEvaluation(let path, let line, let byteOffset, let problem):
      "\(path):\(line): \(problem.message) (byte \(byteOffset)); no record of an evaluation set may be left"
        + " out, so mend the line"
    case .noAnswers(let path, let records):
      "none of the \(grouped(records)) records of \(path) has an answer, and answers are what a model is"
        + " held against; is it the right file? --text FIELD,... names the fields, the last is the answer"
    case .emptyEvaluation(let path, let records):
      records == 0
        ? "no record in \(path), so --exclude would exclude nothing; is it the right file?"
        : "none of the \(grouped(records)) records of \(path) has a text of 3 words, so --exclude would"
          + " exclude nothing; is it the right file?"
    case .includedAndExcluded(let path, let line, let id, let count):
      "\(path):\(line): the id \(id)\(more(count)) stands in a list of --include-ids and in one of"
        + " --exclude-ids; take it off one of them"
    case .includedOverlaps(
      let path, let line, let id, let evaluation, let evaluationLine, let count):
      "\(path):\(line): the sample \(id)\(more(count)) is named by --include-ids but overlaps with"
        + " \(evaluation):\(evaluationLine); take it off the list, or do without --exclude"
    case .includedBeyondBudget(let samples, let cost, let limit, let unit):
      "the \(grouped(samples)) sample\(samples == 1 ? "" : "s") of --include-ids cost \(grouped(cost))"
        + " \(unit.rawValue), \(grouped(cost - limit)) more than the budget of \(grouped(limit)); raise"
        + " --budget or shorten the list"
    case .duckDB(let error): error.message(doing: "write Parquet")
    case .notConvertible(let path, let finding):
      "\(path):\(finding.line): \(finding.message), which --format cannot turn into the others' shape; write the"
        + " records as they come, and let 'gamut export' convert them or leave some out"
    case .exportRefused(let refusal): refusal.message
    case .nothingToExport(let path, let records):
      "none of the \(grouped(records)) records of \(path) is left to be written; nothing was written"
    case .noCellsToWeigh(let path, let reason):
      "--weight counts the pool's samples of each cell, and the cells of \(path) are not known: "
        + {
          switch reason {
          case .noManifest:
            "no manifest stands beside it that can be read; choose it with 'gamut select'"
          case .subsetChanged: "it is not the file that its manifest tells of"
          case .notRederived: "the choice cannot be made again; 'gamut verify' tells why"
          }
        }()
    case .validationImpossible(let wanted, let samples, let got):
      "--validation would set aside \(grouped(got)) of \(grouped(samples)) samples"
        + (wanted < 1
          ? "; ask for a larger share"
          : got == 0
            ? ", since those of one prompt stay together, and no prompt has so few; ask for more"
            : "; leave some to train on")
    case .notReportable(let path):
      "\(path) is no archive, no subset with a manifest beside it, and no tuning run; 'gamut fit' makes an"
        + " archive of a pool"
    case .subsetNotRederived(let report):
      (report.findings.first?.message(report) ?? "\(report.path) cannot be made again")
        + "; only a subset that is what its manifest says is shown, and 'gamut verify' tells all that differs"
    case .malformedTuning(let path, let member):
      "\(path) is no tuning run as 'gamut tune' writes it: '\(member)' is missing or not of its kind"
    case .budgetBuysNothing(let budget, let limit, let least, let unit):
      "--budget \(budget) buys nothing: every sample that may be chosen has at least"
        + " \(grouped(least)) \(unit.rawValue), and the budget is \(grouped(limit)); nothing was written,"
        + " give \(grouped(least)) or more"
    case .requirementsNotMet(let unmet):
      "the subset is not what is required, and nothing was written: "
        + unmet.map(\.message).joined(separator: "; ")
        + "; choose in another way, or ask for less"
    case .setWithoutSamples(let name):
      "no sample in \(name); is it the right file, or does --missing-quality drop leave all of them out?"
    case .embeddingCountMismatch(let embeddings, let sets):
      "\(embeddings) file\(embeddings == 1 ? "" : "s") of vectors but \(sets) set\(sets == 1 ? "" : "s");"
        + " give --embeddings once for each set in order, then once for the files of --pool"
    case .otherVectorDimension(let path, let found, let expected):
      "\(path) has vectors of \(found) dimensions, where the others have \(expected); embed all sets with"
        + " one model"
    case .noCommonKey(let column):
      "no \(column.map { "label in '\($0)'" } ?? "prompt") stands in all sets; leave --on-key out, or name"
        + " another column"
    case .noSuchLabel(let path, let column, let pattern, let labels):
      "\(path): no label in '\(column)' is '\(pattern)'; there are"
        + " \(labels.prefix(8).joined(separator: ", "))\(labels.count > 8 ? ", ..." : "")"
    case .labelInTwoGroups(let label, let first, let second):
      "the label '\(label)' would stand in both '\(first)' and '\(second)'; groups may not overlap"
    case .notComparable(let path, let column, let labels, let limit):
      labels > limit
        ? "\(path): '\(column)' has \(grouped(labels)) labels, too many to stand side by side; name the"
          + " groups with --group NAME=LABEL,..."
        : "\(path): '\(column)' has \(labels == 0 ? "no label" : "one label only"), and comparing takes"
          + " two; check the spelling"
    case .tooManySamples(let limit):
      "the pool has more than \(grouped(limit)) samples; divide it"
    case .noSuchSample(let id, let samples, let identified, let example, let sources):
      "no sample is named '\(id)'; "
        + (example.map {
          "\(grouped(identified)) of \(grouped(samples)) samples have an id, the first is \($0);"
        } ?? "none of the \(grouped(samples)) samples has an id;")
        + " name one by its place with PATH:LINE, as in \(sources.first ?? "pool.jsonl"):1"
    case .noSuchLine(let path, let line, let last):
      "\(path) has no record in line \(grouped(line)); the last is in line \(grouped(last))"
    case .tooManyLines(let path, let limit):
      "\(path) has more than \(grouped(limit)) lines; divide it"
    case .tooFewToTune, .nothingToTune, .tooManyConfigurations, .noSuchObjective,
      .noConfigurationPreferred, .journalBusy, .journalOfAnother:
      tuningMessage
    }
  }
}

extension UnmetRequirement {
  /// The requirement as a clause.
  fileprivate var message: String {
    let place = budget.map { " with the budget \($0)" } ?? ""
    guard let value = outcome.value else {
      return "--require '\(outcome.text)': \(outcome.metric) is not defined for the subset\(place)"
    }
    guard let bound = outcome.bound else {
      return
        "--require '\(outcome.text)': \(outcome.metric) is not defined for what the subset\(place) is"
        + " held against"
    }
    let sign = outcome.text.drop { $0 != ">" && $0 != "<" }.prefix { "<>=".contains($0) }
    return "--require '\(outcome.text)': \(outcome.metric) is \(brief(value))\(place), not \(sign)"
      + " \(brief(bound))"
  }

  /// A number with about six digits, so that two that differ look different.
  private func brief(_ value: Double) -> String {
    decimal(value, places: value.magnitude >= 1000 ? 2 : 5)
  }
}

extension SamplesError {
  /// The error in words.
  var message: String {
    switch self {
    case .noInput: "no input; name the pool's files, or '-' for standard input"
    case .standardInputTwice: "standard input ('-') can be given once only"
    case .unreadableRecord(let path, let line, let byteOffset, let problem):
      "\(path):\(line): \(problem.message) (byte \(byteOffset)); \(problem.remedy), or go on"
        + " without such lines with --on-error skip --rejects FILE"
    case .lineTooLong(let path, let line, let byteOffset):
      "\(path):\(line): the line is longer than 2 GiB (it starts at byte \(byteOffset)); is it JSONL?"
    case .corruptCompression(let path, let format, let byteOffset, let problem):
      switch problem {
      case .truncated:
        "\(path): the \(format.name) data ends too early, at byte \(byteOffset); fetch the file again"
      case .corrupt(let detail):
        "\(path): the \(format.name) data is damaged at byte \(byteOffset) (\(detail)); fetch the"
          + " file again"
      }
    case .malformedArray(let path, let byteOffset, let problem):
      switch problem {
      case .missingClosingBracket:
        "\(path): the JSON array does not end (byte \(byteOffset)); is the file whole?"
      case .unexpectedByte(let byte):
        "\(path): the JSON array is malformed at byte \(byteOffset), where"
          + " \(RecordProblem.unexpectedByte(byte).message)"
      }
    case .outOfMemory(let path, let byteCount):
      // A parser is made before it is known which source it will read.
      path.isEmpty
        ? "not enough memory to make a parser"
        : "not enough memory to read \(grouped(byteCount)) bytes of \(path)"
    case .lineMissing(let path, let byteOffset):
      "\(path) was changed while it was read: a line at byte \(byteOffset) is gone; start again"
    case .table(let path, let problem): problem.message(path: path)
    case .storage(let error): error.message
    }
  }
}

extension RecordProblem {
  /// What may help.
  fileprivate var remedy: String {
    if case .unknownShape = self { return "name its fields with --text FIELD,..." }
    return "mend the line"
  }
}

extension SamplesError.CompressionFormat {
  /// The format's name.
  var name: String {
    switch self {
    case .gzip: "gzip"
    case .zstandard: "Zstandard"
    }
  }
}

extension StorageError {
  /// The error in words.
  var message: String {
    switch self {
    case .cannotOpen(let path, let code) where path.contains("://") && code == ENOENT:
      "\(path) is an address, and files are read; fetch it first"
    case .cannotOpen(let path, let code): "cannot open \(path): \(reason(code))"
    case .cannotRead(let path, let offset, let code):
      "cannot read \(path) at byte \(offset): \(reason(code))"
    case .endsEarly(let path, let expected, let found):
      "\(path) ends after \(grouped(found)) bytes, \(grouped(expected)) were expected; is it whole?"
    case .changedWhileReading(let path):
      "\(path) was changed while it was read; start again when nobody writes to it"
    case .cannotWrite(let path, let code):
      "cannot write \(path): \(reason(code))"
    case .outputExists(let path):
      "\(path) exists already; choose another name, or replace it with --force"
    case .notReplaceable(let path):
      "\(path) is there and is no archive, so that not even --force replaces it; choose another name"
    case .sameFileTwice(let path):
      "\(path) is named twice, as two outputs or as output and input; choose another name"
    case .unreadableArray(let path, let problem, let found):
      "\(path) cannot be read as vectors: \(problem.message)"
        + (found.isEmpty ? "" : " (found: \(found))")
        + "; save a two-dimensional float array with numpy.save"
    }
  }
}

extension StorageError.ArrayProblem {
  /// The problem in words.
  var message: String {
    switch self {
    case .notNumPy: "it is no .npy file"
    case .malformedHeader: "its header is malformed"
    case .unsupportedType: "its elements are none of float16, float32, float64 (little-endian)"
    case .columnMajor: "it lies in Fortran order"
    case .wrongShape: "it has not two dimensions"
    case .noColumns: "its rows have no numbers"
    case .notAList: "it has not one dimension"
    case .notWhole: "its elements are none of int32, int64 and unsigned integers (little-endian)"
    case .tooLarge: "it has a number of 2^63 or more"
    case .trailingBytes: "it is longer than its header says"
    }
  }
}

extension DescriptorsError {
  /// The error in words.
  var message: String {
    switch self {
    case .malformedAxis(_, let problem): problem.message
    case .tooSmallForLogAxis(let axis, let value):
      "axis '\(axis)' has a value of \(decimal(value)), and log(1+x) needs values above -1; use"
        + " @quantile or @uniform"
    case .noValues(let axis):
      "no record has a value for axis '\(axis)'; check the spelling of the column"
    case .inconsistentAxis(let axis):
      "what is stored of axis '\(axis)' does not fit together; is the archive damaged? fit it again"
    }
  }
}

extension DescriptorsError.AxisProblem {
  /// The problem as a clause.
  var message: String {
    switch self {
    case .missingName: "the axis has no name; write NAME[:BINS][@BINNING]"
    case .unknownMeasure(let name, let known):
      "there is no measure '\(name)'; known are \(known.joined(separator: ", ")), and column:PATH for"
        + " a field of the record"
    case .badBinCount(let text): "'\(text)' is no number of bins from 1 to 1000000"
    case .badBinning(let text):
      "'\(text)' is no binning; use uniform, quantile, log, nested, cvt, category, or inner edges such"
        + " as 0.2,0.4"
    case .edgesNotAscending: "edges must be finite and ascend strictly"
    case .edgesDisagreeWithBins(let edges, let bins):
      "\(edges) inner edges make \(edges + 1) bins, not \(bins)"
    case .categoryWithBins: "a category has one bin a label, so no number of bins can be given"
    case .categoryOfMeasure: "only a column can be a category; write column:PATH"
    case .topicsWithoutCVT:
      "all topics together are cut into Voronoi cells only; write topic:256@cvt, or name one topic, as"
        + " in topic1"
    case .cvtOfOther(let name):
      "only all topics together are cut into Voronoi cells, not '\(name)'; write topic:256@cvt"
    case .tooManyCells(let limit): "an axis has at most \(limit) Voronoi cells"
    case .nestedFirst:
      "a nested axis is cut anew in each cell of the axes before it, and none stands there; name it"
        + " after another axis, or cut it with @quantile"
    case .namedTwice: "another axis of the grid has the same name"
    }
  }
}

extension LinearAlgebraError {
  /// The error in words.
  var message: String {
    switch self {
    case .libraryUnavailable(let problem):
      "OpenBLAS cannot be loaded (\(problem)); install libopenblas0"
    case .noRows: "there are no vectors to fit to"
    case .unsupportedDimension(let found): "vectors of \(found) dimensions are not supported"
    case .notFinite(let row):
      "vector \(row) (from 0) holds a NaN, an infinity or a number too large to tell distances"
    case .unsupportedComponentCount(let requested, let limit):
      "\(requested) topics are asked for, and at most \(limit) are possible"
    case .sizeMismatch(let expected, let found):
      "vectors have \(found) dimensions where \(expected) were expected"
    case .noConvergence(let info): "the eigenvectors were not found (LAPACK says \(info))"
    case .outOfMemory(let dimension):
      "not enough memory for the topics of vectors of \(grouped(dimension)) dimensions"
    }
  }
}

extension Budget.ParsingError {
  /// The problem as a clause.
  var message: String {
    switch self {
    case .noNumber: "it does not start with a number; write 6000, 10%, 2Mtok or 40MB"
    case .unknownUnit(_, let unit):
      "'\(unit)' is no unit; write 6000, 10%, 2Mtok or 40MB (k, M and G scale)"
    case .outOfRange: "it is out of range"
    case .moreThanAll: "a share is at most 100%"
    case .notWhole: "it is no whole number"
    }
  }
}

/// How many more there are than the first of a count.
private func more(_ count: Int) -> String {
  count > 1 ? " (and \(grouped(count - 1)) more)" : ""
}

/// Paths as a list, the first few of many.
private func list(_ paths: [String]) -> String {
  let shown = paths.prefix(3).joined(separator: ", ")
  return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
}

/// A column whose name ends in a colon and the word for a binning, as it was meant; `nil` for others.
private func binningAfterColon(_ column: String) -> String? {
  guard let colon = column.lastIndex(of: ":") else { return nil }
  let word = column[column.index(after: colon)...]
  guard ["uniform", "quantile", "log", "nested", "category"].contains(word) else { return nil }
  return "\(column[..<colon])@\(word)"
}

/// The first path, and how many more there are.
private func first(of paths: [String]) -> String {
  let more = paths.count - 1
  return paths.prefix(1).joined() + (more > 0 ? " and \(more) more file\(more > 1 ? "s" : "")" : "")
}

/// The system's words for an error number.
func reason(_ code: Int32) -> String {
  switch code {
  case ENOENT: "no such file or folder"
  case EACCES: "permission denied"
  case EISDIR: "it is a folder"
  case ENOTDIR: "a part of the path is no folder"
  case ESPIPE: "it is a pipe, which cannot be read twice; pipe into '-' instead"
  case EPIPE: "its reader is gone"
  case ENOSPC: "the disk is full"
  // The text belongs to the C library; it is copied at once.
  default: unsafe String(cString: strerror(code))
  }
}
