// swift-tools-version: 6.1

import PackageDescription

// One executable for each folder beside this file: `swift run --package-path Examples 01-array`.
let examples = [
  "01-array", "02-gradient", "03-perceptron-gates", "04-xor", "05-own-model", "06-mnist",
  "07-own-operation", "08-linear-regression", "09-training-loop", "10-own-loss", "11-saved-value",
  "12-pytorch-weights", "13-frozen-body", "14-gradient-clipping", "15-parameter-groups",
  "16-two-heads", "17-own-optimizer", "18-writing", "19-fused-chain", "20-checkpoints",
  "21-cross-validation", "22-search", "23-classify-texts", "24-generate",
  "25-voice-detector",
]

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Backprop", path: "..")],
  targets: examples.map {
    .executableTarget(
      name: $0, dependencies: [.product(name: "Backprop", package: "Backprop")], path: $0)
  },
  swiftLanguageModes: [.v6]
)
