import BackpropArrays
import Synchronization

/// One pass of a batch, or of a part of one, through a model that is being trained: what its random
/// draws start from.
///
/// Each draw gets numbers of its own, which follow from the seed, the step, the part and how many
/// draws the pass has made: the same on any number of threads, after a run is taken up again, and
/// whoever computes the part. Draws are counted in the order of the calls, so one pass belongs to one
/// thread.
public final class TrainingPass: Sendable {
  /// What all draws of a run start from.
  public let seed: UInt64
  /// The number of the step in the run.
  public let step: Int
  /// Which part of the batch this is; 0 for the whole.
  public let part: Int
  private let draws = Atomic<UInt64>(0)

  /// A pass.
  ///
  /// - Parameters:
  ///   - seed: what all draws of a run start from.
  ///   - step: the number of the step in the run.
  ///   - part: which part of the batch it is, where a batch is computed in parts.
  public init(seed: UInt64, step: Int, part: Int = 0) {
    self.seed = seed
    self.step = step
    self.part = part
  }

  /// The numbers of the next draw.
  public func makeRandomSource() -> RandomSource {
    let draw = draws.wrappingAdd(1, ordering: .relaxed).newValue
    var source = RandomSource(seed: seed, stream: Self.stream)
    for number in [UInt64(bitPattern: Int64(step)), UInt64(bitPattern: Int64(part)), draw] {
      let seed = source.next()
      source = RandomSource(seed: seed, stream: source.next() ^ number)
    }
    return source
  }

  // Apart from the streams that a program gives its own numbers, which are small.
  private static let stream: UInt64 = 0x7061_7373_6472_6177
}
