import JSON
import Measures
import Parallelism
import Samples
import Storage
import Synchronization

/// Writes the columns of one segment.
///
/// | file | holds |
/// | --- | --- |
/// | `source.npy` | the number of the sample's source in the segment's list, from 0; not there for one source |
/// | `offset.npy`, `length.npy` | where the record lies in its decompressed source, in bytes |
/// | `line_bytes.npy` | its length as a line of JSONL, line end included; not there where that is one more for all |
/// | `line.npy` | its line, or element of an array, from 1; not there where the samples of each source are its first lines |
/// | `line_check.npy` | 16 bits of a hash of the line's bytes |
/// | `hash_high.npy`, `hash_low.npy` | the halves of the hash of its text, the leading one first |
/// | `answer.npy`, `prompt.npy` | hashes of answer and prompt by their words, by which repeated answers are told; 0 for none |
/// | `answer_flags.npy` | bits that tell suspect answers |
/// | `measure.NAME.npy` | a measure |
/// | `number.K.npy` | the K-th of the fields kept as numbers, NaN for none |
/// | `label.K.npy`, `label.K.json` | the K-th of the fields kept as labels: 0 for none, else the place in the list, from 1 |
/// | `topic.K.npy` | the coordinate along the K-th component, from 1 |
/// | `ids.npy`, `id_length.npy` | the JSON text of the records' own ids one after the other, and the bytes of each |
/// | `rejected.line.npy`, `rejected.before.npy`, `rejected.problem.npy`, `rejected.json` | the lines that are no records: the line, how many samples come before, and 0 or the place of the reason in the list |
struct SegmentWriter {
  let columns: PoolColumns
  let sources: [SourceSummary]
  /// The plan by which the columns were read.
  let plan: ReadingPlan
  /// The file of the samples' vectors, if there is one.
  let vectors: ArchiveIndex.VectorFile?

  /// A file in the making.
  private struct File: Sendable {
    var name: String
    var content: @Sendable () -> Content
  }

  private enum Content {
    case column(NumericColumn, shape: [Int]?)
    case text(JSONValue)
  }

  /// Writes all files.
  ///
  /// - Parameters:
  ///   - folder: The archive, or the segment's own folder.
  ///   - prefix: What stands before the files' names in that folder.
  ///   - id: The segment's name.
  ///   - threads: How many threads may work at once; they change no byte.
  /// - Returns: The segment for the index.
  /// - Throws: `StorageError`.
  func write(
    to folder: StagedFolder, prefix: String, id: String, threads: Int
  ) throws -> ArchiveIndex.Segment {
    let files = files
    var facts: [String: ArchiveIndex.FileFacts] = [:]
    // A process has some thousand descriptors only, and there is a file a topic.
    for start in stride(from: 0, to: files.count, by: Self.mostAtOnce) {
      let part = files[start..<min(start + Self.mostAtOnce, files.count)]
      try facts.merge(write(Array(part), to: folder, prefix: prefix, threads: threads)) { $1 }
    }
    return ArchiveIndex.Segment(id: id, sources: sources, files: facts, vectors: vectors)
  }

  /// How many files are open at once.
  private static let mostAtOnce = 64

  /// Writes some of the files.
  private func write(
    _ files: [File], to folder: StagedFolder, prefix: String, threads: Int
  ) throws -> [String: ArchiveIndex.FileFacts] {
    var outputs: [(name: String, output: StagedOutput)] = []
    for file in files {
      let output = try folder.add(prefix + file.name)
      output.addUpHash()
      outputs.append((file.name, output))
    }
    // Each output is one index's alone.
    nonisolated(unsafe) let places = outputs
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    forEachIndex(below: files.count, threads: threads) { index in
      do {
        let output = unsafe places[index].output
        switch files[index].content() {
        case .column(let column, let shape): try column.write(to: output, shape: shape)
        case .text(let value): try output.write(value.pretty)
        }
        try output.finish()
      } catch {
        failure.withLock { first in
          if first.map({ index < $0.index }) ?? true { first = (index, error) }
        }
      }
    }
    if let (_, error) = failure.withLock({ $0 }) { throw error }
    return try ArchiveIndex.facts(of: outputs)
  }

  private var files: [File] {
    let columns = columns
    let sources = sources
    var files = [
      File(name: "offset.npy") {
        .column(NumericColumn(packing: columns.byteOffsets), shape: nil)
      },
      File(name: "length.npy") {
        .column(NumericColumn(packing: columns.byteCounts), shape: nil)
      },
      File(name: "line_check.npy") { .column(.halves(columns.lineChecks), shape: nil) },
      File(name: "hash_high.npy") { .column(.longs(columns.hashHigh), shape: nil) },
      File(name: "hash_low.npy") { .column(.longs(columns.hashLow), shape: nil) },
      File(name: "answer.npy") { .column(.longs(columns.answerHashes), shape: nil) },
      File(name: "prompt.npy") {
        .column(NumericColumn(packing: columns.promptHashes), shape: nil)
      },
      File(name: "answer_flags.npy") {
        .column(.bytes(columns.answerFlags.map(\.rawValue)), shape: nil)
      },
      File(name: "measure.tokens.npy") {
        .column(NumericColumn(packing: columns.tokens), shape: nil)
      },
      File(name: "measure.complexity.npy") {
        .column(NumericColumn(packing: columns.complexity), shape: nil)
      },
    ]
    for (index, measure) in plan.measures.enumerated() {
      files.append(
        File(name: "measure.\(measure.rawValue).npy") {
          .column(NumericColumn(packing: columns.measures[index]), shape: nil)
        })
    }
    for index in plan.numericColumns.indices {
      files.append(
        File(name: "number.\(index + 1).npy") {
          .column(NumericColumn(packing: columns.numbers[index]), shape: nil)
        })
    }
    for index in plan.categoryColumns.indices {
      files.append(
        File(name: "label.\(index + 1).npy") {
          .column(
            NumericColumn(packing: columns.labelCodes[index].map { UInt32($0 + 1) }), shape: nil)
        })
      files.append(
        File(name: "label.\(index + 1).json") {
          .text(
            .array(
              columns.labels[index].labels.map { .string(String(decoding: $0, as: UTF8.self)) }))
        })
    }
    let topicCount = plan.topicCount
    for topic in 0..<topicCount {
      files.append(
        File(name: "topic.\(topic + 1).npy") {
          var values = [Float](repeating: 0, count: columns.count)
          for sample in values.indices {
            values[sample] = columns.topics[sample * topicCount + topic]
          }
          return .column(.singles(values), shape: nil)
        })
    }
    if sources.count > 1 {
      files.append(
        File(name: "source.npy") {
          var numbers: [UInt32] = []
          numbers.reserveCapacity(columns.count)
          for (number, source) in sources.enumerated() {
            for _ in 0..<source.sampleCount { numbers.append(UInt32(number)) }
          }
          return .column(NumericColumn(packing: numbers), shape: nil)
        })
    }
    if columns.lines != firstLines(of: sources) {
      files.append(
        File(name: "line.npy") { .column(NumericColumn(packing: columns.lines), shape: nil) })
    }
    let leavesAsItLies = zip(columns.byteCounts, columns.lineByteCounts).allSatisfy { $0 + 1 == $1 }
    if !leavesAsItLies {
      files.append(
        File(name: "line_bytes.npy") {
          .column(NumericColumn(packing: columns.lineByteCounts), shape: nil)
        })
    }
    if !columns.identifiers.isEmpty {
      files.append(File(name: "ids.npy") { .column(.bytes(columns.identifiers), shape: nil) })
      files.append(
        File(name: "id_length.npy") {
          let ends = columns.identifierEnds
          return .column(
            NumericColumn(packing: zip([0] + ends, ends).map { UInt32($1 - $0) }), shape: nil)
        })
    }
    if !columns.rejected.isEmpty { files += rejectedFiles }
    return files
  }

  private var rejectedFiles: [File] {
    let rejected = columns.rejected
    let textFields = plan.textFields
    return [
      File(name: "rejected.line.npy") {
        .column(
          NumericColumn(packing: rejected.indices.map { UInt32(rejected[$0].line) }), shape: nil)
      },
      File(name: "rejected.before.npy") {
        .column(NumericColumn(packing: rejected.gaps), shape: nil)
      },
      File(name: "rejected.problem.npy") {
        .column(NumericColumn(packing: rejected.storedCodes.map { UInt32($0 + 1) }), shape: nil)
      },
      File(name: "rejected.json") {
        .text(.array(rejected.messages(textFields: textFields).map { .string($0) }))
      },
    ]
  }
}

/// The lines of samples that are the first lines of their sources.
func firstLines(of sources: [SourceSummary]) -> [UInt32] {
  sources.flatMap { source in (0..<source.sampleCount).map { UInt32($0 + 1) } }
}
