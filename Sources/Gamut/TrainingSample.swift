package import Embeddings
import Measures
package import Samples
import Synchronization

/// The words of a random sample of a pool's distinct lines, the same however the pool is divided,
/// packed or ordered.
///
/// - Parameters:
///   - reader: The pool.
///   - sources: Which of its sources are the pool; all unless told.
///   - seed: Another seed draws another sample.
///   - threads: How many threads may work at once; they change nothing.
///   - onEvent: Is told how far the reading has come.
/// - Returns: At most `TextEmbedding.trainingSampleLimit` samples, all of a smaller pool. Equal lines
///   count once, lines that are no readable record do not.
/// - Throws: What reading throws.
/// - Complexity: O(bytes of the pool), most of them copied and hashed only.
package func trainingSample(
  of reader: SampleReader, sources: Range<Int>? = nil, seed: UInt64, threads: Int,
  onEvent: (Event) -> Void = { _ in }
) throws -> WordSample {
  var reservoir = try trainingReservoir(
    of: reader, sources: sources, seed: seed, threads: threads, onEvent: onEvent)
  return reservoir.sample()
}

/// The same, to be joined with those of other parts of a pool.
///
/// The reservoir of a pool is what comes of taking in those of its parts, whichever way it is divided.
///
/// - Parameters: As those of `trainingSample`.
/// - Returns: The samples with their keys.
/// - Throws: What reading throws.
/// - Complexity: As that of `trainingSample`.
func trainingReservoir(
  of reader: SampleReader, sources: Range<Int>? = nil, seed: UInt64, threads: Int,
  onEvent: (Event) -> Void
) throws -> WordReservoir {
  // A guess at the last key that will be kept spares much parsing. Where it was too low, since the
  // records grow longer behind the first ones, the pool is gone through again without one.
  for guesses in [true, false] {
    var reservoir = WordReservoir(limit: TextEmbedding.trainingSampleLimit)
    let bound = Atomic(UInt64.max)
    let progress = ReadingProgress()
    var guess: UInt64?
    try reader.readSample(
      from: sources, seed: seed, below: { bound.load(ordering: .relaxed) }, threads: threads,
      progress: progress,
      makeWorker: { SampleMeter(remembersWords: false) },
      work: { (meter: inout SampleMeter, block, keys) in
        KeyedWords(of: block, keys: keys, meter: &meter)
      },
      consume: { part in
        if guesses, guess == nil {
          let first = part.guess(limit: reservoir.limit, poolByteCount: progress.totalByteCount)
          guess = first
          reservoir.lower(to: first)
        }
        reservoir.append(contentsOf: part.words, keys: part.keys)
        bound.store(reservoir.bound, ordering: .relaxed)
        onEvent(
          .advanced(
            .train, done: progress.doneByteCount, total: progress.totalByteCount, samples: 0))
      })
    if reservoir.sample().count == reservoir.limit || guess ?? .max == .max { return reservoir }
  }
  preconditionFailure("without a guess the sample is complete")
}

/// The words of some samples of one block, with their keys.
private struct KeyedWords: Sendable {
  var words = WordSample()
  var keys: [UInt64] = []
  /// How many bytes the lines of the block take of which the samples were picked.
  private var byteCount = 0
  private var lineCount = 0

  init(of block: borrowing ParsedBlock, keys: [UInt64], meter: inout SampleMeter) {
    for record in block.records {
      byteCount += record.lineByteCount + 1
      lineCount += 1
      if !record.isReadable { continue }
      meter.measure(record, of: block)
      meter.withWords { words.append(promptWords: $0, answerWords: $1) }
      self.keys.append(keys[record.index])
    }
  }

  /// A bound that keeps about twice as many lines as are wanted, if this is the first block, of which
  /// all lines were picked, and the others are like it.
  func guess(limit: Int, poolByteCount: Int) -> UInt64 {
    guard lineCount > 0 else { return .max }
    let expectedCount = Double(poolByteCount) / (Double(byteCount) / Double(lineCount))
    let share = 2 * Double(limit) / max(expectedCount, 1)
    return share < 1 ? UInt64(share * 0x1p64) : .max
  }
}
