import Glibc

/// What a cell claims of a budget: of N candidates the weight w = N^(1 − E), and for its i-th the priority (i − ½) / w.
///
/// Priorities of the same evenness can be compared across cells, and smaller comes first. For E = ½, where equal
/// priorities of different cells are common, what stands for the priority is its square, (i − ½)² / N: it puts
/// candidates into the same order, and two that are equal by the formula are equal in every bit, so that quality
/// settles the tie and not the rounding of a root. The same holds for E = 0 and E = 1 as they are. For other E a tie of
/// two cells of unequal size may be settled by the last bit.
public struct Claim: Sendable {
  /// How many candidates the cell has.
  private let mass: Int
  private let weight: Double
  private let isSquared: Bool

  /// - Parameters:
  ///   - mass: N, at least 0; a cell without candidates has no priorities.
  ///   - evenness: E in 0…1.
  public init(mass: Int, evenness: Double) {
    self.mass = mass
    isSquared = evenness == 0.5
    weight = isSquared ? Double(mass) : evenness == 1 ? 1 : pow(Double(mass), 1 - evenness)
  }

  /// The priority of the candidate of some rank, from 1; grows with the rank.
  public func priority(_ rank: Int) -> Double {
    let place = Double(rank) - 0.5
    return (isSquared ? place * place : place) / weight
  }

  /// How many candidates of the cell have at most some priority: what `priority(_:)` says decides, not rounding.
  ///
  /// - Parameter limit: The priority, at least 0.
  /// - Returns: In 0…N.
  public func count(within limit: Double) -> Int {
    let place = isSquared ? (limit * weight).squareRoot() : limit * weight
    var count = Int(min(Double(mass), (place + 0.5).rounded(.down)))
    while count < mass, priority(count + 1) <= limit { count += 1 }
    while count > 0, priority(count) > limit { count -= 1 }
    return count
  }
}
