// swift-tools-version: 6.1

import PackageDescription

/// Names that widely used packages give their targets, and those of this library's folders.
let names = [
  "Arrays", "Autodiff", "Benchmarks", "CLI", "CCurl", "CKernels", "CRuntime", "CZlib", "Data",
  "DatasetDownload", "Datasets", "Files", "GraphDrawing", "Images", "Lessons", "NeuralNetworks",
  "Optimizers", "Plots", "TestSupport", "Training", "WeightFiles",
]

let package = Package(
  name: "Strangers",
  products: [.library(name: "Strangers", targets: names)],
  targets: names.map { .target(name: $0, path: "Sources/\($0)") },
  swiftLanguageModes: [.v6]
)
