import ArgumentParser
import Backprop
import BackpropFiles

/// Where a run leaves its results, whether it goes on where one was cut off, and how often it writes
/// checkpoints.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder for the results. (default: runs/NAME-DATE-TIME)", valueName: "DIR"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Go on with the run in this folder, which was interrupted, killed or stopped by an error.",
      discussion: """
        Its settings are those of the run, and the weights at the end are those of a run that was \
        never cut off, bit for bit. Only --threads, --data-dir and the options of checkpoints may be \
        others, and --epochs or --steps more where the learning rate stays (--schedule constant).
        """,
      valueName: "DIR"))
  var resume: String?
  @Flag(
    help: ArgumentHelp(
      "Begin anew in the folder of --output, even if a run that was cut off could go on in it.",
      discussion: "Its checkpoints and metrics are removed."))
  var overwrite = false
  @Option(
    help: ArgumentHelp(
      "After how many steps to write a checkpoint. (default: after each epoch)", valueName: "N"))
  var checkpointEvery: Int?
  @Option(
    help: ArgumentHelp("After how many minutes to write a checkpoint.", valueName: "M"))
  var checkpointMinutes: Double?
  @OptionGroup var tensorBoard: TensorBoardOption

  func validate() throws {
    if output == "" { throw ValidationError("the option --output is empty, expected a folder") }
    if resume == "" { throw ValidationError("the option --resume is empty, expected a folder") }
    if output != nil && resume != nil {
      throw ValidationError(
        "give --output or --resume, and not both: a run goes on in its own folder")
    }
    if overwrite && output == nil {
      throw ValidationError("--overwrite goes with --output DIR, whose run it replaces")
    }
  }

  /// The options that are given, but for --resume.
  var given: [String] {
    givenOptions([
      "output": output, "overwrite": overwrite ? true : nil, "checkpoint-every": checkpointEvery,
      "checkpoint-minutes": checkpointMinutes, "tensorboard": tensorBoard.folder,
    ])
  }

  /// What the run is to do: what was asked for anew, or what the folder says of the one that goes on.
  ///
  /// - Parameters:
  ///   - usual: the configuration where nothing is asked for.
  ///   - ask: makes what the command line says of a configuration.
  /// - Throws: `ValidationError` if a run that goes on is asked for something else than it is.
  func configuration<Configuration: RunConfiguration>(
    _ usual: Configuration, _ ask: (inout Configuration) throws -> Void
  ) throws -> Configuration {
    let stored = try resume.map { try RunFolder.configuration(Configuration.self, of: $0) }
    var asked = stored ?? usual
    if let checkpointEvery { asked.checkpointEvery = checkpointEvery }
    if let checkpointMinutes { asked.checkpointMinutes = checkpointMinutes }
    try ask(&asked)
    if let stored { try asked.require(toGoOnWith: stored) }
    do {
      try asked.validate(exampleCount: .max)
    } catch {
      throw ValidationError(error.textWithOptions)
    }
    return asked
  }

  /// Whether the run that is to go on is at its end; says so.
  ///
  /// - Parameters:
  ///   - configuration: what is asked for now, which may be a longer run.
  ///   - json: whether to write a line of JSON and not a text.
  func isFinished<Configuration: RunConfiguration>(
    _ configuration: Configuration, json: Bool
  ) throws -> Bool {
    guard let resume, let result = try RunFolder.result(of: resume), result.end != .interrupted,
      try RunFolder.configuration(Configuration.self, of: resume).runLength
        == configuration.runLength
    else { return false }
    let weights = RunFolder.weightsPath(in: resume)
    let text = "the run in '\(resume)' is finished: all of its \(result.steps) steps are done"
    if json {
      StandardError.write(text)
      let metrics = result.metrics.sorted { $0.key < $1.key }.map { name, value in
        (MetricNames.key(name), JSONValue.number(value))
      }
      let line: [(String, JSONValue)] =
        [
          ("event", "done"), ("steps", .integer(result.steps)),
          ("seconds", .number(result.seconds)),
        ] + metrics + [("weights", .string(weights))]
      StandardOutput.write(JSONValue.object(line).description)
    } else {
      StandardOutput.write(text + "\nweights: \(weights)")
    }
    return true
  }

  /// Carries out a run: in a new folder, or in the one that it goes on in.
  ///
  /// - Parameters:
  ///   - training: what is to be done.
  ///   - command: how the command that goes on begins: `backprop train`.
  ///   - json: whether lines of JSON alone are written to standard output.
  ///   - printer: tells how it goes, in this folder.
  func carryOut(
    _ training: ConfiguredTraining<some RunConfiguration>, by command: String, json: Bool,
    printer: (RunFolder) -> any TrainingObserver
  ) throws {
    let folder: RunFolder
    var resumption: Resumption?
    if let resume {
      let (found, place) = try training.resume(in: resume)
      for checkpoint in place.damaged { StandardError.write("warning: \(checkpoint)") }
      (folder, resumption) = (found, place)
    } else {
      let path = output ?? RunFolder.freshPath(dataset: training.configuration.name)
      do {
        folder = try training.begin(in: path, overwriting: overwrite)
      } catch let error as UnfinishedRun {
        throw UnfinishedOutput(error: error, command: command)
      }
    }
    if StandardOutput.isTerminal && !json {
      StandardOutput.write(try training.task.summary())
    }
    if let resumption, !json {
      let step = resumption.step ?? 0
      StandardOutput.write("going on after step \(step) of \(training.stepCount)")
    }
    let goingOn = "\(command) --resume \(shellQuoted(folder.path))"
    training.loop.observers.append(printer(folder))
    try tensorBoard.observe(training)
    training.loop.observers.append(InterruptionWatch(training.loop.control))
    Interruption.watch()
    do {
      let result = try training.run()
      try Interruption.report(result, savedIn: folder, goingOn: goingOn)
    } catch let error as FileError {
      guard let step = folder.checkpoints.lastStep else { throw error }
      throw CutOffTraining(
        error: error, step: step, stepCount: training.stepCount,
        checkpoint: folder.checkpoints.path(step: step), goingOn: goingOn)
    }
  }
}

/// A new run in the folder of one that was cut off, and what to do instead.
struct UnfinishedOutput: Error, CustomStringConvertible {
  let error: UnfinishedRun
  let command: String

  var description: String {
    "'\(error.path)' holds a run that was cut off, with a checkpoint of step \(error.step), and a new "
      + "run would remove it.\nGo on with it: \(command) --resume \(shellQuoted(error.path))\n"
      + "Begin anew: take another folder, or add --overwrite."
  }
}

/// A training that ended with an error, and what is left of it.
struct CutOffTraining: Error, CustomStringConvertible {
  let error: FileError
  let step: Int, stepCount: Int
  let checkpoint: String
  let goingOn: String

  var description: String {
    let done =
      step == stepCount ? "All \(step) steps are done" : "\(step) of \(stepCount) steps are done"
    return "\(error)\nNothing of the training up to here is lost: \(done), and kept in "
      + "'\(checkpoint)'.\nOnce the cause is mended, go on with: \(goingOn)"
  }
}

/// A path as a shell reads it.
func shellQuoted(_ path: String) -> String {
  let isPlain = path.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+".utf8.contains(byte)
    }
  }
  return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
}

extension RunConfiguration {
  /// Checks that a run of these settings is the one that was begun with others, or a longer one.
  ///
  /// - Throws: `ValidationError` that names what is another.
  fileprivate func require(toGoOnWith stored: Self) throws {
    // What may be another.
    var stored = stored
    stored.checkpointEvery = checkpointEvery
    stored.checkpointMinutes = checkpointMinutes
    try require(length: runLength, asLongAs: stored.runLength)
    stored.runLength = runLength
    if self == stored { return }
    let differences = settings(of: self, differingFrom: stored).map { name, found, expected in
      "\(TrainingError.optionName(of: name)) is \(found), and the run's is \(expected)"
    }
    throw ValidationError(
      "a run that goes on keeps its settings: " + differences.joined(separator: "; "))
  }

  private func require(
    length: TrainingConfiguration.Length, asLongAs stored: TrainingConfiguration.Length
  ) throws {
    let (option, found, expected): (String, Int, Int)
    switch (length, stored) {
    case (.epochs(let a), .epochs(let b)): (option, found, expected) = ("--epochs", a, b)
    case (.steps(let a), .steps(let b)): (option, found, expected) = ("--steps", a, b)
    case (.steps, .epochs):
      throw ValidationError("the run was begun with --epochs; give these, and not --steps")
    case (.epochs, .steps):
      throw ValidationError("the run was begun with --steps; give these, and not --epochs")
    }
    if found < expected {
      throw ValidationError(
        "\(option) is \(found), and the run's is \(expected); it can only become more")
    }
    if found > expected && schedule != .constant {
      throw ValidationError(
        "\(option) is \(found), and the run's is \(expected); with --schedule \(schedule.rawValue) "
          + "the learning rate follows from the length, so a longer run is another one")
    }
  }
}

/// The settings of a configuration that are not those of another, those of its parts too.
private func settings<T>(
  of found: T, differingFrom expected: T
) -> [(name: String, found: String, expected: String)] {
  zip(Mirror(reflecting: found).children, Mirror(reflecting: expected).children)
    .flatMap { a, b -> [(name: String, found: String, expected: String)] in
      if "\(a.value)" == "\(b.value)" { return [] }
      if Mirror(reflecting: a.value).displayStyle == .struct {
        return settings(of: a.value, differingFrom: b.value)
      }
      return [(a.label ?? "", text(a.value), text(b.value))]
    }
}

/// A setting as the command line has it.
private func text(_ value: Any) -> String {
  let mirror = Mirror(reflecting: value)
  if mirror.displayStyle == .optional {
    return mirror.children.first.map { text($0.value) } ?? "not set"
  }
  if let array = value as? [Int] { return array.map(String.init).joined(separator: ",") }
  if let named = value as? any RawRepresentable { return "\(named.rawValue)" }
  return "\(value)"
}
