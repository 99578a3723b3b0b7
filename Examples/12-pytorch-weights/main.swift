// Weights in files: saved and loaded again, and loaded as PyTorch saved them.
import Backprop
import Foundation

func makeModel(width: Int = 4, seed: UInt64) -> Sequential {
  var random = RandomSource(seed: seed)
  return Sequential {
    Linear(3, width, using: &random)
    Tanh()
    Linear(width, 2, using: &random)
  }
}
let model = makeModel(seed: 0)
let copy = makeModel(seed: 1)

// What PyTorch saved, and what its model makes of the same input.
let x = Tensor([[1, 2, 3]])
let folder = #filePath.replacing("12-pytorch-weights/main.swift", with: "weights/")
for file in ["theirs.safetensors", "theirs.pt"] {
  try copy.load(from: folder + file)
  print("\(file): \(copy(x))")
  precondition(copy(x).isClose(to: Tensor([[-0.50774884, -0.6050399]])))
}

// Saved here, and loaded: into a model of the same form, and into one with other names.
var random = RandomSource(seed: 2)
let named = TwoLayerNet(3, 4, 2, activation: .tanh, using: &random)
let path = FileManager.default.temporaryDirectory.appendingPathComponent("ours.safetensors").path
try model.save(to: path)
try copy.load(from: path)
try named.load(from: path) { $0.replacing("0.", with: "hidden.").replacing("2.", with: "output.") }
precondition(copy(x).array == model(x).array && named(x).array == model(x).array)

// A file that does not fit is refused as a whole, with all that is wrong with it, unless what fits
// is asked for.
let wide = makeModel(width: 5, seed: 3)
do {
  try wide.load(from: path)
} catch {
  print("\n\(error)")
}
let report = try wide.load(from: path, strict: false)
print("\nloaded: \(report.loaded)")
