// swift-tools-version: 6.1

import PackageDescription

// A package that uses Backprop beside packages whose targets have the plain names that ours might
// have had. SwiftPM refuses two packages with a target of one name, so this must resolve and build:
// `swift run --package-path Tests/Neighbours`.
let package = Package(
  name: "Neighbours",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Backprop", path: "../.."),
    .package(name: "Strangers", path: "Strangers"),
  ],
  targets: [
    .executableTarget(
      name: "Neighbours",
      dependencies: [
        .product(name: "Backprop", package: "Backprop"),
        .product(name: "Strangers", package: "Strangers"),
      ], path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
