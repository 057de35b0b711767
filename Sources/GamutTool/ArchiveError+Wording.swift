import Gamut
import Reporting

extension ArchiveError {
  /// The error in words.
  var message: String {
    switch self {
    case .notAnArchive(let path):
      "\(path) is no archive: it has no archive.json that Gamut wrote; make one with gamut fit"
    case .malformed(let path, let detail):
      "\(path) is damaged: \(detail); fetch the archive again, or make it anew with gamut fit"
    case .newerFormat(let path, let found, let supported):
      "\(path) has format \(found), and this version reads formats up to \(supported); use a newer gamut"
    case .damaged(let path):
      "\(path) is damaged: it is missing or not what was written; fetch the archive again, or make it"
        + " anew with gamut fit"
    case .columnNotKept(let path, let column, let kept):
      "\(path) keeps no column '\(column)'"
        + (kept.isEmpty ? "" : " but \(Set(kept).sorted().joined(separator: ", "))")
        + "; fit it again with --keep \(column)"
    case .measureNotKept(let path, let measure):
      "\(path) does not keep the measure '\(measure)'; fit it again with --axis \(measure)"
    case .topicNotKept(let path, let topic, let kept):
      "\(path) keeps \(kept) topics, and topic\(topic) is asked for; fit it again with --topics \(topic)"
    case .differentModels(let path, let other, let differences):
      "\(path) and \(other) cannot be joined, for they differ in \(differences.joined(separator: "; "));"
        + " fit one of them again with --model and the other"
    case .differentMoments(let path, let other, let differences):
      "\(path) and \(other) cannot be joined, for they differ in \(differences.joined(separator: "; "));"
        + " gather one of them again with gamut fit --moments and the options of the other"
    case .sourceTwice(let path, let other, let archive):
      other == path
        ? "\(path) is in \(archive) already, with the same content; leave it out"
        : "\(path) has the same content as \(other), which is in \(archive) already; leave one out"
    case .sourceGivenTwice(let path, let other):
      other == path
        ? "\(path) is given twice; leave one out"
        : "\(path) has the same content as \(other); leave one of the two out"
    case .sourceInBoth(let path, let archive, let other, let otherArchive):
      "\(path) of \(archive) has the same content as \(other) of \(otherArchive); make one of the two"
        + " archives without it"
    case .sourceNameInBoth(let path, let archive, let otherArchive):
      "\(path) is a source of \(archive) and of \(otherArchive); leave one out if it is the same file, and give"
        + " one another name if there are two"
    case .sourceReplaced(let path, let archive):
      "\(path) is a source of \(archive) with other content, which is needed where it was; give new data"
        + " a name of its own"
    case .sourceNotAFile(let path):
      "\(path == "-" ? "standard input" : path) cannot be read again when lines are chosen, so an archive"
        + " needs files; save it to one first"
    case .sourceMissing(let path, let archive):
      "\(path), a source of \(archive), is neither there nor beside the archive; put it back"
    case .sourceChanged(let path, let expected, let found):
      "\(path) has changed since it was read: \(grouped(found)) bytes, not \(grouped(expected)); put it"
        + " back as it was, or fit again"
    case .lineChanged(let path, let line):
      "\(path):\(line): the line is not the one that was read; put the file back as it was, or fit again"
    case .modelNeedsVectors(let path, let dimension):
      "the topics of \(path) come from vectors of \(dimension) dimensions; name those of the new samples"
        + " with --embeddings"
    case .modelTakesNoVectors(let path):
      "the topics of \(path) come from the texts; leave --embeddings out"
    case .otherDimension(let path, let expected, let found):
      "\(path) has vectors of \(found) dimensions where the model has \(expected); embed with the same"
        + " model as before"
    case .otherTokenizer(let path, let tokenizer, let expected, let found):
      "\(tokenizer) is not the tokenizer that counted the tokens of \(path): its SHA-256 begins with"
        + " \(found.prefix(12)), not with \(expected.prefix(12)); name that one, or fit again with"
        + " --tokenizer \(tokenizer)"
    case .otherTemplate(let path, let template):
      "the tokens of \(path) were counted by way of another chat template than \(template); leave"
        + " --chat-template out, or fit the pool again with it"
    case .tokenizerNeeded(let path, let sha256):
      "the tokens of \(path) were counted by a tokenizer, whose SHA-256 begins with"
        + " \(sha256.prefix(12)); name it with --tokenizer, so that those of the new samples are too"
    case .archiveAmongInputs(let path):
      "\(path) is a folder: an archive is chosen from alone; join archives with gamut merge, or bring files"
        + " in with gamut add"
    case .decidedByArchive(let path, let option):
      "\(option) was settled when \(path) was made; leave it out, or fit again with it"
    case .onlyMoments(let path):
      "\(path) holds moments and no model yet; join those of all parts with gamut merge, and read each part"
        + " with gamut fit --model and what comes of it"
    case .onlyModel(let path):
      "\(path) holds a model and no samples yet; read each part with gamut fit --model \(path), and join what comes"
        + " of it with gamut merge"
    case .momentsAmongArchives(let path, let other):
      "\(path) holds moments and \(other) does not; merge moments with moments, and what was fitted by the"
        + " model that comes of them with its like"
    case .busy(let path): "another gamut is adding to \(path); wait until it is done"
    }
  }
}
