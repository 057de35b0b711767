/// What a budget of tokens or bytes leaves for one sample, and how far the budget may move before those
/// ahead of the sample fare otherwise.
///
/// A sample that does not fit is passed over, so what is spent ahead of another does not simply grow with
/// the budget. But between two budgets at which some sample ahead begins or ceases to fit, nothing changes
/// for any of them: going from one such budget to the next finds every flip.
struct BudgetWalk {
  /// The samples ahead, in the total order.
  private let ahead: [(cell: Int, cost: Int)]
  private let cell: Int
  private let cost: Int
  private let perCell: Int?
  private let cellCount: Int

  /// How many samples a search looks at before it gives up.
  static let workLimit = 400_000_000

  init(
    ahead: [(cell: Int, cost: Int)], cell: Int, cost: Int, perCell: Int?, cellCount: Int
  ) {
    self.ahead = ahead
    self.cell = cell
    self.cost = cost
    self.perCell = perCell
    self.cellCount = cellCount
  }

  /// What one budget comes to.
  private struct Course {
    /// What those ahead cost together.
    var spent = 0
    /// Whether the sample's cell has sent all it may.
    var isCapped = false
    /// How much more makes another one fit; `nil` where all do.
    var toMore: Int?
    /// How much less leaves one out; `nil` where none was bought.
    var toLess: Int?
  }

  private func course(_ budget: Int) -> Course {
    var course = Course()
    var sent = [Int32](repeating: 0, count: perCell == nil ? 0 : cellCount)
    for (cell, cost) in ahead {
      if let perCell, sent[cell] >= perCell { continue }
      let left = budget - course.spent
      if cost <= left {
        course.spent += cost
        course.toLess = min(course.toLess ?? .max, left - cost + 1)
        if perCell != nil { sent[cell] += 1 }
      } else {
        course.toMore = min(course.toMore ?? .max, cost - left)
      }
    }
    if let perCell { course.isCapped = sent[cell] >= perCell }
    return course
  }

  /// What a search came to.
  enum Finding: Equatable {
    case budget(Int)
    case none
    /// It was given up; budgets up to and including this one were looked at.
    case unknown(through: Int)
  }

  /// The least budget from a given one on that buys the sample.
  func leastBuying(from budget: Int, workLimit: Int = workLimit) -> Finding {
    var budget = budget
    var work = 0
    while true {
      let course = course(budget)
      let needed = max(budget, course.spent + cost)
      if !course.isCapped, course.toMore.map({ needed < budget + $0 }) ?? true {
        return .budget(needed)
      }
      guard let step = course.toMore else { return .none }
      work += ahead.count + (perCell == nil ? 1 : cellCount)
      if work > workLimit { return .unknown(through: budget + step - 1) }
      budget += step
    }
  }

  /// The largest budget up to a given one that does not buy the sample.
  func largestNotBuying(from budget: Int, workLimit: Int = workLimit) -> Finding {
    var budget = budget
    var work = 0
    while budget >= 0 {
      let course = course(budget)
      let least = budget - (course.toLess ?? budget + 1) + 1
      let missing = course.isCapped ? budget : min(budget, course.spent + cost - 1)
      if missing >= least { return .budget(missing) }
      work += ahead.count + (perCell == nil ? 1 : cellCount)
      if work > workLimit { return .unknown(through: least) }
      budget = least - 1
    }
    return .none
  }
}
