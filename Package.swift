// swift-tools-version: 6.1

import PackageDescription

// The order of the targets is the order in which to read them: array -> graph -> layer ->
// training -> application. A target may only use those above it, and the compiler holds it to that.
//
// SwiftPM refuses two packages with a target of one name, so ours carry a prefix; their folders in
// Sources and Tests keep the short names.

/// The target `BackpropName` in Sources/Name.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: "Backprop" + name, dependencies: dependencies, path: "Sources/" + name)
}

/// The target `CBackpropName` in Sources/CName.
func cLibrary(
  _ name: String, _ dependencies: [Target.Dependency] = [], _ linkerSettings: [LinkerSetting] = []
) -> Target {
  .target(
    name: "CBackprop" + name, dependencies: dependencies, path: "Sources/C" + name,
    linkerSettings: linkerSettings)
}

/// The tests of Sources/Name, in Tests/NameTests.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "Backprop\(name)Tests", dependencies: dependencies + ["BackpropTestSupport"],
    path: "Tests/\(name)Tests")
}

/// What `import Backprop` brings, each of which can be imported by itself too.
let umbrella = [
  "Arrays", "Autodiff", "GraphDrawing", "NeuralNetworks", "Optimizers", "Data", "WeightFiles",
  "Training", "Tokenizers", "Text", "Pretrained", "Plots",
].map { "Backprop" + $0 }

let package = Package(
  name: "Backprop",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Backprop", targets: ["Backprop"] + umbrella),
    // Parts that are useful alone.
    .library(name: "BackpropAutodiff", targets: ["BackpropArrays", "BackpropAutodiff"]),
    .library(name: "BackpropImages", targets: ["BackpropImages"]),
    .library(name: "BackpropPlots", targets: ["BackpropPlots"]),
    .library(name: "BackpropTokenizers", targets: ["BackpropTokenizers"]),
    .executable(name: "backprop", targets: ["BackpropCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // C: the thread pool and the block allocator, then the loops over numbers.
    cLibrary("Runtime"),
    cLibrary("Kernels", ["CBackpropRuntime"]),
    .systemLibrary(
      name: "CBackpropZlib", path: "Sources/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]),

    // Bytes: files, zlib, pictures, figures. C: the calls to libturbojpeg, which
    // is loaded when the first JPEG comes.
    library("Files", ["CBackpropZlib"]),
    cLibrary("TurboJPEG", [], [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    library("Images", ["BackpropFiles", "CBackpropTurboJPEG"]),
    library("Plots", ["BackpropFiles", "BackpropImages"]),

    // The library, from the array up.
    library("Arrays", ["CBackpropRuntime", "CBackpropKernels"]),
    library("Autodiff", ["BackpropArrays", "CBackpropRuntime", "CBackpropKernels"]),
    library("GraphDrawing", ["BackpropAutodiff"]),
    library("NeuralNetworks", ["BackpropAutodiff"]),
    library("Optimizers", ["BackpropNeuralNetworks", "CBackpropKernels"]),
    library("WeightFiles", ["BackpropNeuralNetworks", "BackpropFiles"]),
    library("Data", ["BackpropArrays", "BackpropAutodiff", "BackpropFiles", "BackpropImages"]),
    library(
      "Training",
      [
        "BackpropNeuralNetworks", "BackpropOptimizers", "BackpropData", "BackpropWeightFiles",
        "BackpropPlots", "BackpropFiles", "BackpropImages",
      ]),
    library(
      "Text",
      [
        "BackpropNeuralNetworks", "BackpropOptimizers", "BackpropData", "BackpropWeightFiles",
        "BackpropTraining", "BackpropFiles",
      ]),
    // Other people's models: their text in tokens, their networks.
    library("Tokenizers", ["BackpropFiles", "CBackpropRuntime"]),
    library(
      "Pretrained",
      [
        "BackpropTokenizers", "BackpropText", "BackpropNeuralNetworks", "BackpropOptimizers",
        "BackpropWeightFiles", "BackpropData", "BackpropTraining", "BackpropImages",
        "BackpropFiles",
      ]),
    .target(name: "Backprop", dependencies: umbrella.map { .target(name: $0) }),

    // Apart from the library, whose users may have ways of their own to fetch a file. C: the calls
    // to libcurl, which is loaded when the first download begins.
    cLibrary("Curl", [], [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    library("DatasetDownload", ["CBackpropCurl", "BackpropData", "BackpropFiles"]),

    // What is built with it.
    library("Lessons", ["Backprop", "BackpropFiles"]),
    library("Benchmarks", ["Backprop", "BackpropFiles", "BackpropPlots"]),
    .executableTarget(
      name: "BackpropCLI",
      dependencies: [
        "Backprop", "BackpropBenchmarks", "BackpropDatasetDownload", "BackpropFiles",
        "BackpropImages", "BackpropLessons",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Sources/CLI"),

    // Tests mirror the sources.
    library("TestSupport", ["Backprop"]),
    tests("CKernels", ["CBackpropKernels", "CBackpropRuntime"]),
    tests("Files", ["BackpropFiles"]),
    tests("Images", ["BackpropImages", "BackpropFiles"]),
    tests("Plots", ["BackpropPlots", "BackpropImages"]),
    tests("Arrays", ["BackpropArrays"]),
    tests("Autodiff", ["BackpropAutodiff", "CBackpropKernels", "CBackpropRuntime"]),
    tests("GraphDrawing", ["BackpropGraphDrawing"]),
    tests(
      "NeuralNetworks",
      ["BackpropNeuralNetworks", "BackpropOptimizers", "BackpropWeightFiles"]),
    tests("Optimizers", ["BackpropOptimizers", "CBackpropRuntime"]),
    tests("WeightFiles", ["BackpropWeightFiles", "BackpropFiles"]),
    tests("Data", ["BackpropData", "BackpropFiles", "BackpropImages"]),
    tests("Training", ["BackpropTraining", "CBackpropRuntime", "BackpropFiles"]),
    tests("Text", ["BackpropText", "BackpropFiles"]),
    tests("Tokenizers", ["BackpropTokenizers", "BackpropFiles"]),
    tests("Pretrained", ["BackpropPretrained", "BackpropFiles"]),
    tests("DatasetDownload", ["BackpropDatasetDownload", "BackpropData", "BackpropFiles"]),
    tests("Lessons", ["BackpropLessons"]),
    tests("Benchmarks", ["BackpropBenchmarks", "BackpropFiles", "BackpropPlots"]),
    tests("CLI", ["BackpropCLI", "BackpropFiles", "BackpropImages"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)

// Scripts/documentation needs a plugin, which nobody who uses the library has to fetch.
if Context.environment["BACKPROP_DOCUMENTATION"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// Scripts/fuzz, for which the readers are compiled so that libFuzzer sees which way they take.
if Context.environment["BACKPROP_FUZZ"] != nil {
  let readers: Set = [
    "BackpropFiles", "BackpropImages", "BackpropWeightFiles", "BackpropData", "BackpropTraining",
    "BackpropTokenizers", "BackpropPretrained",
  ]
  for target in package.targets where readers.contains(target.name) {
    target.swiftSettings = [.unsafeFlags(["-sanitize=fuzzer"])]
  }
  package.targets.append(
    .executableTarget(
      name: "BackpropFuzz",
      dependencies: readers.sorted().map { .target(name: $0) }
        + ["BackpropNeuralNetworks", "BackpropOptimizers"],
      path: "Tests/Fuzz", exclude: ["words.txt"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
  package.products.append(.executable(name: "BackpropFuzz", targets: ["BackpropFuzz"]))
}
