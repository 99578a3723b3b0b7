import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop tokenize`
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what tokens a model makes of texts.",
    discussion: """
      For each line of the file a line of numbers: the ids of its tokens, with those that the model \
      puts around a text. With --json a line {"ids":[…],"tokens":[…],"offsets":[[0,3],…]}, in \
      which offsets count the text's Unicode scalars, as the library tokenizers does. Texts are \
      neither cut nor filled up, whatever the folder says, unless --truncate or --pad ask for it.

      The model is a folder with tokenizer.json, or with vocab.txt, or with vocab.json and merges.txt; \
      or one of these files.

      EXAMPLES:
        backprop tokenize --model all-MiniLM-L6-v2 sentences.txt
        echo "A bird sings." | backprop tokenize --model all-MiniLM-L6-v2 - --json
        backprop tokenize --model all-MiniLM-L6-v2 reviews.csv --column text
      """)

  @OptionGroup var model: ModelFolderOption
  @OptionGroup var source: TextSourceOptions
  @Flag(inversion: .prefixedNo, help: "Put the model's own tokens around each text.")
  var specialTokens = true
  @Flag(help: "Cut long texts, as the folder says.")
  var truncate = false
  @Flag(help: "Fill up short texts, as the folder says.")
  var pad = false
  @Flag(help: "Write a line of JSON for each text to standard output, and nothing else.")
  var json = false

  func run() throws {
    var tokenizer = try Tokenizer(contentsOf: model.model)
    if !truncate { tokenizer.truncation = nil }
    if !pad { tokenizer.padding = nil }
    var lines = ""
    for text in try source.texts() {
      if StandardOutput.hasFailed { return }
      lines += json ? jsonLine(text, tokenizer) : line(text, tokenizer)
      lines += "\n"
      // A write for each line would take longer than the line.
      if lines.utf8.count > 1 << 16 {
        StandardOutput.put(lines)
        lines = ""
      }
    }
    StandardOutput.put(lines)
  }

  private func line(_ text: String, _ tokenizer: Tokenizer) -> String {
    tokenizer.ids(of: text, addingSpecialTokens: specialTokens).map(String.init)
      .joined(separator: " ")
  }

  private func jsonLine(_ text: String, _ tokenizer: Tokenizer) -> String {
    let encoding = tokenizer.encode(text, addingSpecialTokens: specialTokens)
    return JSONValue.object([
      ("ids", .array(encoding.ids.map { .integer(Int($0)) })),
      ("tokens", .array(encoding.tokens.map(JSONValue.string))),
      (
        "offsets",
        .array(
          encoding.offsets.map {
            .array([.integer($0.lowerBound), .integer($0.upperBound)])
          })
      ),
    ]).description
  }
}
