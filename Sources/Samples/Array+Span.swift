extension [UInt8] {
  /// Appends a copy of bytes that are lent.
  ///
  /// - Parameter bytes: The bytes.
  /// - Complexity: O(bytes).
  package mutating func append(copying bytes: Span<UInt8>) {
    // The pointer does not outlive the call.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
