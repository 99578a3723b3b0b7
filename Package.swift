// swift-tools-version: 6.1

import PackageDescription

// The order of the targets is the order in which to read them: array -> graph -> layer ->
// training -> application. A target may only use those above it, and the compiler holds it to that.
let package = Package(
  name: "Backprop",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Backprop", targets: ["Backprop"]),
    .executable(name: "backprop", targets: ["CLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // C: the thread pool and the block allocator, then the loops over numbers.
    .target(name: "CRuntime"),
    .target(name: "CKernels", dependencies: ["CRuntime"]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]),

    // Bytes: files read and written whole, zlib, pictures.
    .target(name: "Files", dependencies: ["CZlib"]),
    .target(name: "Images", dependencies: ["Files"]),

    // The library, from the array up.
    .target(name: "Arrays", dependencies: ["CRuntime", "CKernels"]),
    .target(name: "Autodiff", dependencies: ["Arrays", "CRuntime", "CKernels"]),
    .target(name: "NeuralNetworks", dependencies: ["Autodiff"]),
    .target(name: "WeightFiles", dependencies: ["NeuralNetworks", "Files"]),
    .target(name: "Datasets", dependencies: ["Arrays", "Autodiff", "Files", "Images"]),
    .target(name: "Plots", dependencies: ["Files", "Images"]),
    .target(
      name: "Training",
      dependencies: ["NeuralNetworks", "Datasets", "WeightFiles", "Plots", "Files", "Images"]),
    .target(
      name: "Backprop",
      dependencies: [
        "Arrays", "Autodiff", "NeuralNetworks", "Datasets", "WeightFiles", "Training", "Plots",
      ]),

    // Apart from the library, whose users may have ways of their own to fetch a file. C: the calls
    // to libcurl, which is loaded when the first download begins.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "DatasetDownload", dependencies: ["CCurl", "Datasets", "Files"]),

    // What is built with it.
    .target(name: "Lessons", dependencies: ["Backprop", "Files"]),
    .target(name: "Benchmarks", dependencies: ["Backprop", "Files", "Plots"]),
    .executableTarget(
      name: "CLI",
      dependencies: [
        "Backprop", "Benchmarks", "DatasetDownload", "Files", "Images", "Lessons",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the sources.
    .target(name: "TestSupport", dependencies: ["Backprop"]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "CRuntime", "TestSupport"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images", "Files", "TestSupport"]),
    .testTarget(name: "ArraysTests", dependencies: ["Arrays", "TestSupport"]),
    .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "TestSupport"]),
    .testTarget(
      name: "NeuralNetworksTests", dependencies: ["NeuralNetworks", "CRuntime", "TestSupport"]),
    .testTarget(name: "WeightFilesTests", dependencies: ["WeightFiles", "Files", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Files", "Images", "TestSupport"]),
    .testTarget(
      name: "DatasetDownloadTests",
      dependencies: ["DatasetDownload", "Datasets", "Files", "TestSupport"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "CRuntime", "Files", "TestSupport"]),
    .testTarget(name: "PlotsTests", dependencies: ["Plots", "Images", "TestSupport"]),
    .testTarget(name: "LessonsTests", dependencies: ["Lessons", "TestSupport"]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: ["Benchmarks", "Files", "Plots", "TestSupport"]),
    .testTarget(name: "CLITests", dependencies: ["CLI", "Files", "Images", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
