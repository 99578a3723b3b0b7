// Embed and search: sentences become vectors, and those that mean the most like a question are found.
import Backprop
import Foundation

// The folder of a sentence encoder as it lies on a model hub, such as all-MiniLM-L6-v2. Without one, a
// little model of random weights, which knows a few words and no meanings.
let own = #filePath.replacing("Examples/22-search/main.swift", with: "Tests/Fixtures/")
let folder = CommandLine.arguments.dropFirst().first ?? own + "sentence-encoder"
let sentences = [
  "A small bird sings in the old tree.", "The train to the coast leaves at nine.",
  "She bakes bread with honey and nuts.", "It rained all night over the hills.",
]

let encoder = try SentenceEncoder(contentsOf: folder)
var index = VectorIndex(width: encoder.width)
try index.add(encoder.encode(sentences), texts: sentences)
for match in index.nearest(to: try encoder.encode(["birds in the tree"]), count: 2)[0] {
  print(match.score, match.text)
}

// Saved, the index is a file that maps: a large one opens at once.
let path = NSTemporaryDirectory() + "backprop-example-\(UUID().uuidString).index"
try index.save(to: path)
let opened = try VectorIndex(contentsOf: path)
print("\(opened.count) vectors of \(opened.width) numbers in \(path)")
let questions = try encoder.encode(sentences)
precondition(opened.nearest(to: questions, count: 1).map { $0[0].text } == sentences)
try FileManager.default.removeItem(atPath: path)
