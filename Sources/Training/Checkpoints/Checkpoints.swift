import BackpropFiles

/// A folder of checkpoints, from which a training that was cut off goes on as if nothing had been:
/// where it is, how often they are written, and which are kept.
///
/// ```swift
/// try loop.resume(from: "runs/first")                   // where it was, if it had begun
/// try loop.run(epochs: 20, checkpoints: "runs/first")
/// ```
///
/// A checkpoint is one file, `step-000000600.safetensors`: a ``TrainingState``, with all that goes on
/// from one step to the next, and a checksum. It appears whole or not at all, also on a power failure.
/// The last few are kept, and the best: the first that was written after the best epoch so far. With one
/// after each epoch these are the weights that the epoch was judged by. With one every so many steps or
/// minutes the training has gone on from there up to the checkpoint; the weights of the best epoch
/// itself are in the state of a loop that stops early (``TrainingState/bestWeights``).
///
/// By default there is one after each epoch; one every so many steps or minutes if either is set, and
/// one at the end in any case.
public final class Checkpoints: ExpressibleByStringLiteral {
  /// The folder; it is made with the first checkpoint.
  public let folder: String
  /// After how many steps to write one; `nil` for no such rule.
  public var everySteps: Int?
  /// After how many minutes to write one; `nil` for no such rule.
  public var everyMinutes: Double?
  /// How many of the last to keep.
  public var keptCount: Int
  /// By what the best epoch is told; `nil` for what early stopping watches, or else the loss.
  public var goal: MetricGoal?
  /// Texts that go with each, such as the configuration of the run.
  public var metadata: [String: String] = [:]

  /// The step of the last one that was written, or found whole.
  public private(set) var lastStep: Int?
  private var lock: FileLock?
  private var lastTime = ContinuousClock.now

  /// Checkpoints in a folder.
  ///
  /// Traps if a number is not positive.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - steps: after how many steps to write one.
  ///   - minutes: after how many minutes to write one; with neither, after each epoch.
  ///   - count: how many of the last to keep.
  public init(
    in folder: String, everySteps steps: Int? = nil, everyMinutes minutes: Double? = nil,
    keeping count: Int = 3
  ) {
    guard steps ?? 1 >= 1, minutes ?? 1 > 0, count >= 1 else {
      fatalError(
        "Checkpoints: every \(steps ?? 1) steps or \(minutes ?? 1) minutes, keeping \(count); all "
          + "are above 0")
    }
    self.folder = folder
    everySteps = steps
    everyMinutes = minutes
    keptCount = count
  }

  /// Checkpoints in the folder of this name, after each epoch.
  public convenience init(stringLiteral folder: String) { self.init(in: folder) }

  /// The path of the checkpoint after so many steps.
  public func path(step: Int) -> String { "\(folder)/\(Self.name(step: step))" }

  // MARK: What a loop asks for

  /// A run begins, or goes on, after so many steps.
  func begin(at step: Int) throws {
    if File.isFolder(folder) {
      lock = try FileLock(folder + "/.lock", for: folder)
      AtomicFile.removeLeftovers(in: folder)
      lastStep = Self.steps(in: folder).last
      if let lastStep, lastStep > step {
        throw CheckpointError.ahead(folder: folder, found: lastStep, step: step)
      }
    }
    lastTime = .now
  }

  /// The run is over, or paused.
  func end() { lock = nil }

  /// Whether one is to be written now.
  func isDue(step: Int, endsEpoch: Bool) -> Bool {
    if everySteps == nil && everyMinutes == nil { return endsEpoch }
    if let everySteps, step % everySteps == 0 { return true }
    guard let everyMinutes else { return false }
    return lastTime.duration(to: .now).inSeconds >= everyMinutes * 60
  }

  /// Writes one, and removes those that are no longer kept.
  ///
  /// - Parameters:
  ///   - state: what to write.
  ///   - bestStep: the step of the best one, which is kept.
  /// - Throws: `FileError`; all that were there before are there still.
  func write(_ state: TrainingState, bestStep: Int?) throws {
    if !File.isFolder(folder) { try File.createFolder(folder) }
    if lock == nil { lock = try FileLock(folder + "/.lock", for: folder) }
    var state = state
    state.metadata.merge(metadata) { $1 }
    try state.write(to: path(step: state.step))
    lastStep = state.step
    lastTime = .now
    for step in Self.steps(in: folder).dropLast(keptCount) where step != bestStep {
      // One too many is no reason to end a training.
      try? File.remove(path(step: step))
    }
  }

  /// Removes all, for a run that begins anew.
  ///
  /// - Throws: `FileError`.
  func removeAll() throws {
    for step in Self.steps(in: folder) { try File.remove(path(step: step)) }
    lastStep = nil
  }

  // MARK: What is there

  /// Damaged ones are put aside under another ending.
  static let (ending, damagedEnding) = (".safetensors", ".damaged")

  static func name(step: Int) -> String {
    "step-" + zeroPadded(step, to: 9) + ending
  }

  /// After which steps there are checkpoints in a folder, in order.
  public static func steps(in folder: String) -> [Int] {
    File.names(in: folder).compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(ending) else { return nil }
      return Int(name.dropFirst("step-".count).dropLast(ending.count))
    }.sorted()
  }
}
