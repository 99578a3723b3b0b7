// Classify by fine-tuning: an encoder of texts and a new head learn classes from a CSV file. The whole
// model learns, or its head alone, or low-rank adapters in its attention and the head.
import Backprop
import Foundation

// The folder of an encoder as it lies on a model hub, such as all-MiniLM-L6-v2. Without one, a little
// model of random weights, which has to learn all that it is to know.
let own = #filePath.replacing("Examples/23-classify-texts/main.swift", with: "Tests/Fixtures/")
let folder = try ModelFolder(CommandLine.arguments.dropFirst().first ?? own + "sentence-encoder")
let file = NSTemporaryDirectory() + "backprop-example-\(UUID().uuidString)"
try table.write(toFile: file + ".csv", atomically: true, encoding: .utf8)

let columns = try CSVTable.texts(of: ["text", "topic"], in: file + ".csv")
let topics = Set(columns[1]).sorted()
let tokenizer = try makeTokenizer()
let examples = zip(columns[0], columns[1]).map { text, topic in
  (tokens: tokenizer.ids(of: text), label: topics.firstIndex(of: topic)!)
}

func makeTokenizer() throws -> Tokenizer {
  var tokenizer = try folder.tokenizer()
  // The texts of a batch go through side by side, each as long as it is.
  tokenizer.padding = nil
  return tokenizer
}

func makeClassifier() throws -> SequenceClassifier {
  var random = RandomSource(seed: 0)
  return SequenceClassifier(over: try TextEncoder(folder), labels: topics, using: &random)
}

func train(_ model: SequenceClassifier, learningRate: Double, epochs: Int) throws {
  let loop = TrainingLoop(
    model, AdamW(for: model, learningRate: learningRate), ListDataset(examples), batchSize: 8
  ) { batch, mode in
    let scores = model(TokenBatch(batch.map { $0.tokens }), mode)
    return crossEntropy(logits: scores, targets: Tensor(batch.map { $0.label }))
  }
  try loop.run(epochs: epochs)
}

func predictions(of model: SequenceClassifier, for texts: [String]) -> [String] {
  let scores = model(TokenBatch(tokenizer.ids(of: texts)), .inference)
  return scores.argmax(axis: 1).scalars(as: Int64.self).map { topics[Int($0)] }
}

func report(_ way: String, _ model: SequenceClassifier) -> Double {
  let right = zip(predictions(of: model, for: columns[0]), columns[1]).count { $0 == $1 }
  let trained = model.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
  print("\(way): \(trained) numbers trained, \(right) of \(examples.count) texts right")
  print("  \"Birds sing\" is about \(predictions(of: model, for: ["Birds sing"])[0])")
  return Double(right) / Double(examples.count)
}

// All of it.
let whole = try makeClassifier()
try train(whole, learningRate: 3e-3, epochs: 60)
precondition(report("whole", whole) > 0.9)

// The head alone.
let head = try makeClassifier()
head.body.isTrainable = false
try train(head, learningRate: 0.03, epochs: 60)
precondition(report("head", head) > 0.3)

// Adapters beside the weights of the attention, and the head.
let adapted = try makeClassifier()
var random = RandomSource(seed: 1)
let adapters = try LowRankAdapters(
  in: adapted, layers: ["query", "value"], rank: 4, alpha: 16, dropout: 0.05,
  trainingWhole: ["classifier"], using: &random)
try train(adapted, learningRate: 0.02, epochs: 60)
precondition(report("adapters", adapted) > 0.7)

// What was learned is a small folder, which PEFT reads too; merged, the model needs no adapters.
try adapters.save(to: file)
let other = try makeClassifier()
let loaded = try LowRankAdapters(contentsOf: file, in: other)
precondition(predictions(of: other, for: columns[0]) == predictions(of: adapted, for: columns[0]))
loaded.merge()
precondition(predictions(of: other, for: columns[0]) == predictions(of: adapted, for: columns[0]))
for path in [file, file + ".csv"] { try FileManager.default.removeItem(atPath: path) }
