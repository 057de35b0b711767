/// Why an archive cannot be read, joined or extended: facts only, worded by the tool.
public enum ArchiveError: Error, Equatable, Sendable {
  /// A folder that holds no index.
  case notAnArchive(path: String)
  /// The index, or a text file of the archive, is not what Gamut writes; `detail` says where.
  case malformed(path: String, detail: String)
  /// The archive was written by a later version.
  case newerFormat(path: String, found: Int, supported: Int)
  /// A file's bytes are not those that were written.
  case damaged(path: String)
  /// The archive keeps no such column of the records; `kept` are those it keeps.
  case columnNotKept(path: String, column: String, kept: [String])
  /// The archive keeps no such measure.
  case measureNotKept(path: String, measure: String)
  /// The archive keeps fewer topics.
  case topicNotKept(path: String, topic: Int, kept: Int)
  /// Two archives were made by different models; `differences` names in what.
  case differentModels(path: String, other: String, differences: [String])
  /// Moments were gathered for different models; `differences` names in what.
  case differentMoments(path: String, other: String, differences: [String])
  /// A source is in the archive already, by content.
  case sourceTwice(path: String, other: String, archive: String)
  /// A source is given twice, by content.
  case sourceGivenTwice(path: String, other: String)
  /// Two archives that are to be joined have a source in common, by content.
  case sourceInBoth(path: String, archive: String, other: String, otherArchive: String)
  /// Two archives that are to be joined have sources of the same name, of which the content was not read, or
  /// differs.
  case sourceNameInBoth(path: String, archive: String, otherArchive: String)
  /// The archive has a source of the same path with other content, which can no longer be there.
  case sourceReplaced(path: String, archive: String)
  /// Standard input or a pipe, from which lines cannot be fetched later.
  case sourceNotAFile(path: String)
  /// A source is not where it was, nor beside the archive.
  case sourceMissing(path: String, archive: String)
  /// A source has another size than when it was read.
  case sourceChanged(path: String, expectedBytes: Int, foundBytes: Int)
  /// A line of a source is not the one that was read.
  case lineChanged(path: String, line: Int)
  /// The model takes its topics from vectors, and none are given.
  case modelNeedsVectors(path: String, dimension: Int)
  /// The model takes its topics from texts, and vectors are given.
  case modelTakesNoVectors(path: String)
  /// The vectors have another dimension than those of the model.
  case otherDimension(path: String, expected: Int, found: Int)
  /// The archive's tokens were counted by another tokenizer than the one that is given; both digests.
  case otherTokenizer(path: String, tokenizer: String, expected: String, found: String)
  /// The archive's tokens were counted by way of another template of conversations.
  case otherTemplate(path: String, template: String)
  /// The archive's tokens were counted by a tokenizer, which is needed to count those of new samples.
  case tokenizerNeeded(path: String, sha256: String)
  /// An archive is given together with other inputs.
  case archiveAmongInputs(path: String)
  /// The archive decides this by itself; `option` is the option's name.
  case decidedByArchive(path: String, option: String)
  /// The archive holds moments, from which a model is yet to be fitted.
  case onlyMoments(path: String)
  /// The archive holds a model, by which samples are yet to be read.
  case onlyModel(path: String)
  /// An archive of moments is to be joined with one of samples.
  case momentsAmongArchives(path: String, other: String)
  /// The archive is being written to by someone else.
  case busy(path: String)
}
