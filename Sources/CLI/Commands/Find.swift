import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop find`
struct Find: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the texts of an index that mean the most like a query.",
    discussion: """
      The nearest texts come first, each after the cosine of the angle between its vector and the \
      query's: 1 for the same direction. Every vector is looked at, so that nothing is missed. The \
      query is encoded by the model that the index was made with, its weights rounded as they were \
      then unless --quantize says otherwise.

      EXAMPLES:
        backprop find --index sentences.index "a bird that sings"
        backprop find --index sentences.index "a bird that sings" --top 20 --json
        backprop find --index sentences.index --model moved/all-MiniLM-L6-v2 "a bird"
      """)

  @Option(help: ArgumentHelp("The file that 'backprop index' made.", valueName: "INDEX"))
  var index: String
  @Option(
    help: ArgumentHelp(
      "The folder of the model. (default: the one that the index was made with)",
      valueName: "DIR"))
  var model: String?
  @Option(help: ArgumentHelp("How many texts to tell.", valueName: "N"))
  var top = 5
  @OptionGroup var quantization: QuantizationOption
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON for each text to standard output, and nothing else.")
  var json = false
  @Argument(help: ArgumentHelp("What to look for.", valueName: "QUERY"))
  var query: String

  func validate() throws {
    if top < 1 { throw ValidationError("the option --top is \(top), expected 1 or more") }
  }

  func run() throws {
    threads.apply()
    let vectors = try VectorIndex(contentsOf: index)
    guard let folder = model ?? vectors.metadata[IndexCommand.modelKey] else {
      throw ValidationError(
        "the index '\(index)' does not say what model it was made with; name it by --model")
    }
    guard model != nil || File.isFolder(folder) else {
      throw ValidationError(
        "the index '\(index)' was made with the model in '\(folder)', which is not there any more; "
          + "name it by --model")
    }
    let format = vectors.metadata[IndexCommand.quantizationKey].flatMap {
      QuantizedFormat(rawValue: $0)
    }
    let encoder = try SentenceEncoder(
      contentsOf: folder, quantizedAs: quantization.format ?? format)
    guard encoder.width == vectors.width else {
      throw VectorIndexError(
        .wrongWidth(expected: vectors.width, found: encoder.width), file: index)
    }
    for match in vectors.nearest(to: try encoder.encode([query]), count: top)[0] {
      if json {
        StandardOutput.write(
          "{\"position\":\(match.position),"
            + "\"score\":\(match.score.isFinite ? "\(match.score)" : "null"),\"text\":\(JSONValue.string(match.text))}"
        )
      } else {
        StandardOutput.write(formatted("%.4f  ", Double(match.score)) + match.text)
      }
    }
  }
}
