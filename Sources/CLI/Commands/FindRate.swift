import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop find-rate`
struct FindRate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-rate",
    abstract: "Find a learning rate to train with.",
    discussion: """
      Trains some steps with a learning rate that grows from step to step, and watches the loss: where \
      it falls fastest is a good rate; where it grows, the rate is too high. Nothing is kept of the \
      training. The data, the network and the optimizer are given by the options of 'backprop train'; \
      --steps says how many steps to take. With --output, a folder, the sweep is written to rates.svg \
      and rates.json in it.

      EXAMPLES:
        backprop find-rate
        backprop find-rate --dataset mnist --optimizer adam --model lenet
        backprop find-rate --from 1e-5 --to 1 --steps 200 --output rates
      """)

  @Option(help: ArgumentHelp("The learning rate of the first step.", valueName: "R"))
  var from = 1e-6
  @Option(help: ArgumentHelp("The learning rate of the last step.", valueName: "R"))
  var to = 10.0
  @Option(
    help: ArgumentHelp(
      "How much of the mean of the losses stays from one step to the next.", valueName: "S"))
  var smoothing = 0.9
  @OptionGroup(title: "What is trained") var train: Train

  func validate() throws {
    if !(from > 0 && from < to && to.isFinite) {
      throw ValidationError(
        "the options --from and --to are \(from) and \(to), expected two numbers above 0 that grow")
    }
    if !(0..<1).contains(smoothing) {
      throw ValidationError(
        "the option --smoothing is \(smoothing), expected 0 or more, less than 1")
    }
    if let steps = train.steps, steps < 3 {
      throw ValidationError("the option --steps is \(steps), expected 3 or more")
    }
    try train.refuse(
      [
        "--learning-rate", "--schedule", "--patience", "--resume", "--overwrite",
        "--checkpoint-every", "--checkpoint-minutes", "--tensorboard",
      ], "find-rate looks for the rate and keeps nothing of the training")
  }

  func run() throws {
    train.threads.apply()
    let training = try ConfiguredTraining(train.configurationWithDataFolder())
    let loop = training.loop
    let steps =
      train.steps ?? max(3, train.epochs.map { $0 * loop.stepsPerEpoch } ?? 100)
    var bar = ProgressBar()
    var done = 0
    let isForPeople = !train.json
    Interruption.watch()
    let sweep = try loop.findLearningRate(from: from, to: to, steps: steps, smoothing: smoothing) {
      point in
      done += 1
      if Interruption.isRequested { throw ExitStatus.interrupted }
      if StandardOutput.hasFailed { try StandardOutput.check() }
      guard isForPeople else {
        StandardOutput.write(JSONValue.object([("event", "rate")] + point.members).description)
        return
      }
      if StandardOutput.isTerminal {
        bar.draw(Double(done) / Double(steps), formatted("rate %.3g", point.learningRate))
      }
    }
    bar.clear()
    if let folder = train.folder.output { try write(sweep, to: folder) }
    if isForPeople {
      report(sweep)
    } else {
      StandardOutput.write(JSONValue.object([("event", "done")] + sweep.members).description)
    }
  }

  private func write(_ sweep: LearningRateSweep, to folder: String) throws {
    try File.createFolder(folder)
    let points = JSONValue.array(sweep.points.map { .object($0.members) })
    let contents = JSONValue.object(sweep.members + [("points", points)])
    try AtomicFile.write(Array((contents.description + "\n").utf8), to: folder + "/rates.json")
    let picture = Figure(learningRateSweep: sweep).svg()
    try AtomicFile.write(Array(picture.utf8), to: folder + "/rates.svg")
  }

  private func report(_ sweep: LearningRateSweep) {
    if StandardOutput.isTerminal {
      StandardOutput.write(
        Figure(learningRateSweep: sweep).text(columns: StandardOutput.chartColumns))
    }
    guard let suggestion = sweep.suggestion, let lowest = sweep.rateOfLowestLoss else {
      StandardOutput.write(
        "the loss falls with none of these rates; try others by --from and --to, or more --steps")
      return
    }
    StandardOutput.write(
      formatted("the loss falls fastest at %.2g and is lowest at %.2g", suggestion, lowest))
    StandardOutput.write(formatted("try: --learning-rate %.2g", suggestion))
  }
}

extension LearningRateSweep {
  /// What JSON says of the whole sweep.
  fileprivate var members: [(String, JSONValue)] {
    [
      ("suggestion", suggestion.map(JSONValue.number) ?? .null),
      ("lowest_loss_at", rateOfLowestLoss.map(JSONValue.number) ?? .null),
      ("diverged", .bool(hasDiverged)),
    ]
  }
}

extension LearningRateSweep.Point {
  /// What JSON says of a step.
  fileprivate var members: [(String, JSONValue)] {
    [
      ("learning_rate", .number(learningRate)), ("loss", .number(loss)),
      ("smoothed_loss", .number(smoothedLoss)),
    ]
  }
}
