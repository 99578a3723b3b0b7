import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge weights on pictures or rows that they did not learn from.",
    discussion: """
      Classifies the test split of a data set and compares with its labels. The accuracy is the \
      share that is right. Of what was taken for a class, the precision is the share that is of it; of \
      what is of a class, the recall is the share that was found; F1 is their harmonic mean. The \
      averages count each class alike. The log loss is how surprised the network is by the true \
      classes, and the area under the ROC curve how well its probabilities tell a class from the \
      others. The confusion matrix has a row for each true class and a column for each prediction: the \
      diagonal is right, and every other number is a mistake of that kind.

      A network that learned a number from a table is judged by the mean squared and absolute errors, \
      in the unit of the column, and by R2, the share of the column's spread that it explains.

      Weights are given as a file or as the folder of a run. What a run held out of a table or of \
      folders of pictures is found again by the settings in its folder, as is the folder that its \
      --data-dir named, and is judged by if nothing else is asked for. With --dataset FILE.csv all \
      rows of the file are, and with --dataset DIR the \
      pictures in its folder 'test', 'val' or 'validation', if it has one of these and one called \
      'train', or else all.

      EXAMPLES:
        backprop evaluate --weights runs/first
        backprop evaluate --weights runs/first/model.safetensors --dataset mnist --json
        backprop evaluate --weights sample_weight.pkl --activation sigmoid --dataset mnist
        backprop evaluate --weights params.pkl --model simple-convnet --dataset mnist
        backprop evaluate --weights runs/flowers --dataset more-flowers.csv
        backprop evaluate --weights runs/animals --dataset other-animals/
      """)

  @OptionGroup var weights: WeightsOptions
  @Option(
    help: ArgumentHelp(
      "What to judge by: a known data set, a CSV file, an npz file as Keras has mnist.npz, or a folder "
        + "that has one of pictures for each class. (default: what the weights learned from, or else "
        + "digits)",
      valueName: "NAME|FILE|DIR"))
  var dataset: String?
  @OptionGroup var data: DataFolderOption
  @Option(
    help: ArgumentHelp(
      "How many examples to judge at a time; the result is the same.", valueName: "N"))
  var batchSize = 100
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if batchSize < 1 {
      throw ValidationError("the option --batch-size is \(batchSize), expected 1 or more")
    }
    if let dataset { _ = try SourceOptions.name(of: dataset) }
  }

  func run() throws {
    threads.apply()
    let classifier = try weights.load()
    let examples = try JudgedExamples(
      for: classifier, dataset: dataset.map(SourceOptions.name), run: weights.runFolder,
      dataFolder: data.folder ?? weights.dataFolder(of: dataset))
    EvaluationOutput(
      result: try examples.judge(classifier, batchSize: batchSize), title: examples.title,
      classNames: examples.classNames, json: json
    ).write()
  }
}
