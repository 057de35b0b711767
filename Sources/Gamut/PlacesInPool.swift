import Storage

/// Where chosen samples stand in the pool, as a file of `--indices` or a subset of the format `npy`: a NumPy array
/// of int64 in the order of the subset, the place of each among all lines of the pool that are not blank, from 0.
struct PlacesInPool {
  let places: [Int64]

  /// - Parameters:
  ///   - samples: The samples in the order of the subset.
  ///   - rejected: The lines of the pool that are no samples.
  init(of samples: [Int32], rejected: RejectedLines) { places = rejected.places(of: samples) }

  /// The bytes of the file.
  var bytes: [UInt8] {
    var bytes = NumPyHeader.bytes(elementType: "<i8", shape: [places.count])
    bytes.reserveCapacity(bytes.count + 8 * places.count)
    for place in places {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: place >> Int64(shift)))
      }
    }
    return bytes
  }
}
