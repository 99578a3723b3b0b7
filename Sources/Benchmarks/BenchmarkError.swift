/// Why a work could not be measured.
public enum BenchmarkError: Error, Hashable, CustomStringConvertible {
  /// There is no work of this name.
  case unknownWork(name: String)
  /// The name begins as that of a product of matrices, but what follows are no lengths.
  case badMatrixProduct(name: String)
  /// The matrices of a product need more than the `bytes` of memory that the machine has.
  case matricesTooLarge(name: String, bytes: UInt64)
  /// The process that should make a prediction could not be started.
  case cannotStart(reason: String)
  /// The process that was started to make a prediction failed: its status as `waitpid` tells it.
  case startFailed(status: Int32)

  public var description: String {
    switch self {
    case .unknownWork(let name):
      let names = BenchmarkWorks.all.map(\.name).joined(separator: ", ")
      return "there is no work '\(name)'; the works are \(names), and the products of other "
        + "matrices: \(Self.products)"
    case .badMatrixProduct(let name):
      return "'\(name)' is no product of matrices; expected \(Self.products)"
    case .matricesTooLarge(let name, let bytes):
      return "the matrices of '\(name)' do not fit into the \(bytes >> 20) MiB of memory that this "
        + "machine has; expected \(Self.products)"
    case .cannotStart(let reason):
      return "start: the process that should make a prediction could not be started: \(reason)"
    case .startFailed(let status):
      // The low seven bits hold the signal, the byte above them the status (POSIX, wait).
      let end = status & 0x7f == 0 ? "status \(status >> 8)" : "signal \(status & 0x7f)"
      return "start: the process that should make a prediction ended with \(end)"
    }
  }

  private static let products =
    "gemm-N, or gemm-MxNxK for an M x N result and sums over K, with whole numbers from 1, such as "
    + "gemm-500 or gemm-128x512x784"
}
