import Descriptors
import DuckDB
import LinearAlgebra
import Samples
import Storage

extension GamutError {
  /// Takes an error of any of the modules for what it is.
  ///
  /// - Parameter error: An error that a module of Gamut threw.
  init(_ error: any Error) {
    switch error {
    case let error as GamutError: self = error
    case SamplesError.storage(let error): self = .storage(error)
    case let error as SamplesError: self = .samples(error)
    case let error as DuckDBError: self = .duckDB(error)
    case let error as ArchiveError: self = .archive(error)
    case let error as StorageError: self = .storage(error)
    case let error as DescriptorsError: self = .descriptors(error)
    case let error as LinearAlgebraError: self = .linearAlgebra(error)
    default: preconditionFailure("an error of no module of Gamut: \(error)")
    }
  }
}
