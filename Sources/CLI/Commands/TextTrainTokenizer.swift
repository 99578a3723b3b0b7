import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop text train-tokenizer`
struct TextTrainTokenizer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-tokenizer",
    abstract: "Make a tokenizer of a text: the tokens that it is made of most often.",
    discussion: """
      The tokens begin as the 256 bytes. The pair of tokens that stands side by side most often then \
      becomes one, again and again, until there are enough. The result is a tokenizer.json, which \
      'tokenizers' of Hugging Face reads, and which its trainer makes of the same file.

      EXAMPLES:
        backprop text train-tokenizer book.txt --output tokenizer.json --vocabulary-size 8192
      """)

  @Argument(help: ArgumentHelp("The text, in UTF-8; - for standard input.", valueName: "file"))
  var file: String
  @Option(help: ArgumentHelp("The file to write.", valueName: "FILE"))
  var output = "tokenizer.json"
  @Option(
    help: ArgumentHelp("How many tokens, the bytes and <|endoftext|> included.", valueName: "N"))
  var vocabularySize = 8192
  @Option(help: ArgumentHelp("How often a pair must be there.", valueName: "N"))
  var minimumFrequency = 2

  func validate() throws {
    if !(257...1_000_000).contains(vocabularySize) {
      throw ValidationError(
        "the option --vocabulary-size is \(vocabularySize), expected 257 to 1000000")
    }
    if minimumFrequency < 1 {
      throw ValidationError(
        "the option --minimum-frequency is \(minimumFrequency), expected 1 or more")
    }
  }

  func run() throws {
    var training = BytePairTraining(
      vocabularySize: vocabularySize, minimumFrequency: minimumFrequency)
    try training.add(linesOf: file == "-" ? "/dev/stdin" : file)
    let json = training.tokenizerJSON()
    try AtomicFile.write(to: output) { try $0.write(json) }
    let size = try Tokenizer(json: json).vocabularySize
    StandardOutput.write("\(size) tokens, written to \(output)")
  }
}
