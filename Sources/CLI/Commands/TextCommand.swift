import ArgumentParser

/// `backprop text`
struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Learn to write from a text, character by character.",
    discussion: """
      Begin with 'backprop text train': without a file it learns from little stories that the \
      program makes up. 'backprop text sample' then writes with what was learned.

      EXAMPLES:
        backprop text train
        backprop text train book.txt --model lstm --epochs 5
        backprop text sample --weights runs/book/model.safetensors --prompt "Once"
      """,
    subcommands: [TextTrain.self, TextSample.self, TextTrainTokenizer.self])
}
