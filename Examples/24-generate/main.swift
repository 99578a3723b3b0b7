// Generate: a pretrained language model writes on, token by token.
import Backprop

// The folder of a model as it lies on a model hub, such as SmolLM2-135M. Without one, a little model of
// random weights, which writes letters and no words.
let own = #filePath.replacing("Examples/24-generate/main.swift", with: "Tests/Fixtures/")
let folder = CommandLine.arguments.dropFirst().first ?? own + "decoders/llama"

let generator = try TextGenerator(contentsOf: folder)
for try await token in try generator.generate("The capital of France is", tokens: 20) {
  print(token.text, terminator: "")
}
print()

// Several prompts side by side.
let texts = try await generator.generate(["The capital of France is", "A bird"], tokens: 20).texts()
for text in texts { print(text) }
