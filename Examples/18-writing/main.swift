// A language model: it reads little stories, character by character, and then writes on.
import Backprop

let text = SampleText.stories(characters: 60_000)
let vocabulary = CharacterVocabulary(of: text)
let windows = TextWindows(try vocabulary.encode(text), length: 64)
print("\(text.count) characters, \(vocabulary.count) different ones, \(windows.count) windows")

var random = RandomSource(seed: 0)
let model = CharacterLSTM(
  vocabularySize: vocabulary.count, width: 64, hidden: 128, using: &random)
let optimizer = AdamW(for: model, learningRate: 0.003)
let loop = TrainingLoop(model, optimizer, windows, batchSize: 32) { batch, mode in
  crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
}
loop.clipping = .norm(1)
loop.onEpoch = { if $0.epoch % 4 == 0 { print($0) } }
try loop.run(epochs: 12)

let beginning = "There was once"
let tokens = model.tokens(
  after: try vocabulary.encode(beginning), by: TokenSampling(temperature: 0.7), using: &random)
print(beginning + vocabulary.decode(tokens.prefix(400)))
precondition(windows.loss(of: model) < 0.8)
