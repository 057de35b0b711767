/// A number in as few digits as read back the same.
///
/// - Parameter value: Any number.
/// - Returns: Whole numbers below 10¹⁶ without a point, as in `4`; others as Swift writes them.
public func shortest(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e16 ? String(Int(value)) : "\(value)"
}
