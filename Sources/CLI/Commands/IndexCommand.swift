import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop index`
struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make an index of texts, in which 'backprop find' looks for what is meant.",
    discussion: """
      Each line of the file, or each row of a column of a table, becomes a vector, and vectors and \
      texts go into one file, which also knows the folder of the model. It is mapped when it is used, \
      so that a large one opens at once.

      EXAMPLES:
        backprop index --model all-MiniLM-L6-v2 sentences.txt --output sentences.index
        backprop index --model all-MiniLM-L6-v2 reviews.csv --column text --output reviews.index
        backprop find --index sentences.index "a bird that sings"
      """)

  /// Where an index keeps the folder of its model, and how the weights were rounded if they were.
  static let (modelKey, quantizationKey) = ("model", "quantization")

  @OptionGroup var model: ModelFolderOption
  @OptionGroup var source: TextSourceOptions
  @Option(help: ArgumentHelp("The file for the index.", valueName: "INDEX"))
  var output: String
  @OptionGroup var encoding: EncodingOptions
  @Flag(help: "Write a line of JSON to standard output, and nothing else.")
  var json = false

  func run() throws {
    encoding.threads.apply()
    try File.requirePlace(forFile: output)
    let format = encoding.quantization.format
    let encoder = try SentenceEncoder(contentsOf: model.model, quantizedAs: format)
    var index = VectorIndex(width: encoder.width)
    // In full, so that the index serves from any folder.
    index.metadata[Self.modelKey] = File.absolutePath(model.model)
    index.metadata[Self.quantizationKey] = format?.rawValue
    try encoding.encode(try source.texts(), with: encoder) { vectors, texts in
      try index.add(vectors, texts: Array(texts))
    }
    try index.save(to: output)
    if json {
      let line = JSONValue.object([
        ("event", "indexed"), ("texts", .integer(index.count)), ("width", .integer(index.width)),
        ("index", .string(output)),
      ])
      StandardOutput.write(line.description)
    } else {
      StandardOutput.write("\(index.count) texts in \(output), \(index.width) numbers each")
    }
  }
}
