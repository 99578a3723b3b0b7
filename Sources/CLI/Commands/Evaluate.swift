import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge weights on pictures that they did not learn from.",
    discussion: """
      Classifies the test split of a data set and compares with its labels. The accuracy is the \
      share that is right. Of what was taken for a class, the precision is the share that is of it; of \
      what is of a class, the recall is the share that was found; F1 is their harmonic mean. The \
      averages count each class alike. The log loss is how surprised the network is by the true \
      classes, and the area under the ROC curve how well its probabilities tell a class from the \
      others. The confusion matrix has a row for each true class and a column for each prediction: the \
      diagonal is right, and every other number is a mistake of that kind.

      EXAMPLES:
        backprop evaluate --weights runs/first/model.safetensors
        backprop evaluate --weights runs/first/model.safetensors --dataset mnist --json
        backprop evaluate --weights sample_weight.pkl --activation sigmoid --dataset mnist
        backprop evaluate --weights params.pkl --model simple-convnet --dataset mnist
      """)

  @OptionGroup var weights: WeightsOptions
  @Option(
    help: ArgumentHelp(
      "What to judge by. (default: what the weights learned from, or else digits)",
      valueName: "NAME"))
  var dataset: KnownDataset?
  @OptionGroup var data: DataFolderOption
  @Option(
    help: ArgumentHelp(
      "How many pictures to classify at a time; the result is the same.", valueName: "N"))
  var batchSize = 100
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if batchSize < 1 {
      throw ValidationError("the option --batch-size is \(batchSize), expected 1 or more")
    }
  }

  func run() throws {
    threads.apply()
    let classifier = try weights.load()
    let known = dataset ?? classifier.dataset.flatMap(KnownDataset.init(rawValue:)) ?? .digits
    var test = try known.load(.test, dataFolder: data.folder)
    test.options.flatten = classifier.exampleShape.rank == 1
    try classifier.require(
      inputs: test.imageShape.reduce(1, *), classes: test.classNames.count)
    let result = evaluate(classifier.model, on: test, batchSize: batchSize)
    let confusion = result.metrics.confusion
    let metrics = result.metrics.named
    if json {
      let line = JSONValue.object(
        [
          ("event", "evaluation"),
          ("accuracy", .number(result.accuracy)),
          ("correct", .integer(result.correct)),
          ("count", .integer(result.count)),
          ("seconds", .number(result.seconds)),
          ("confusion", .array(result.confusion.map { .array($0.map(JSONValue.integer)) })),
        ]
          + metrics.filter { $0.name != "accuracy" }.map {
            (MetricNames.key($0.name), .number($0.value))
          } + [
            (
              "classes",
              .array(
                test.classNames.enumerated().map { index, name in
                  .object([
                    ("name", .string(name)), ("examples", .integer(confusion.examples(of: index))),
                    ("precision", .number(confusion.precision(of: index))),
                    ("recall", .number(confusion.recall(of: index))),
                    ("f1", .number(confusion.f1(of: index))),
                    ("roc_auc", .number(result.metrics.roc.area(of: index))),
                  ])
                })
            )
          ])
      StandardOutput.write(line.description)
    } else {
      StandardOutput.write(
        "accuracy \(result.accuracy): \(result.correct) of \(result.count) of \(known.title), in "
          + formatted("%.3f s", result.seconds))
      StandardOutput.write(
        metrics.dropFirst().map { MetricNames.text($0.name, $0.value) }.joined(separator: ", "))
      StandardOutput.write("\n" + confusion.report(classNames: test.classNames))
      StandardOutput.write("\n" + result.confusionTable(classNames: test.classNames))
    }
  }
}
