import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct DatasetFoldersTests {
  private func fill(_ folder: String, packed: Bool) throws {
    try File.createFolder(folder + "/mnist")
    for file in DatasetDescription.mnist.files {
      try AtomicFile.write([1], to: folder + "/mnist/" + (packed ? file.name : file.plainName))
    }
  }

  @Test func theVariableComesBeforeTheCache() throws {
    try withTemporaryFolder { folder in
      let variables = [
        "BACKPROP_DATA": folder + "/variable", "HOME": folder + "/home",
        "XDG_CACHE_HOME": folder + "/cache",
      ]
      let places = DatasetFolders { variables[$0] }
      let cache = DatasetFolders.cacheFolder { variables[$0] }!
      #expect(places.candidates.map(\.folder) == [folder + "/variable", cache])

      let error = #expect(throws: MissingDataset.self) { try places.locate(.mnist) }
      for part in [
        folder + "/variable/mnist ($BACKPROP_DATA)", cache + "/mnist (the cache)",
        "Its files are at " + DatasetDescription.mnist.mirrors[0],
      ] { #expect("\(error!)".contains(part), "\(error!)") }

      try fill(cache, packed: true)
      #expect(try places.locate(.mnist) == cache + "/mnist")
      try fill(folder + "/variable", packed: false)
      #expect(try places.locate(.mnist) == folder + "/variable/mnist")
    }
  }

  /// Who names a folder means that one: what lies elsewhere is not taken in its place.
  @Test func aNamedFolderIsTheOnlyOne() throws {
    try withTemporaryFolder { folder in
      try fill(folder + "/variable", packed: false)
      let places = DatasetFolders(dataFolder: folder + "/argument") {
        $0 == "BACKPROP_DATA" ? folder + "/variable" : nil
      }
      #expect(places.candidates.map(\.folder) == [folder + "/argument"])
      let error = #expect(throws: MissingDataset.self) { try places.locate(.mnist) }
      #expect(
        "\(error!)".contains(folder + "/argument/mnist (dataFolder): there is no such folder"))
      #expect(!"\(error!)".contains("variable"))
      try fill(folder + "/argument", packed: true)
      #expect(try places.locate(.mnist) == folder + "/argument/mnist")
    }
  }

  @Test func everyNameIsFound() throws {
    let file = DatasetDescription.mnist.trainImages
    #expect(
      file.names == [
        "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte.gz", "train-images-idx3-ubyte",
        "train-images.idx3-ubyte",
      ])
    for name in file.names {
      try withTemporaryFolder { folder in
        #expect(DatasetFolders.file(file, in: folder) == nil)
        try AtomicFile.write([1], to: folder + "/" + name)
        #expect(DatasetFolders.file(file, in: folder) == folder + "/" + name)
      }
    }
  }

  @Test func aFolderThatLacksAFileIsPassedOver() throws {
    try withTemporaryFolder { folder in
      try fill(folder, packed: true)
      try File.remove(folder + "/mnist/t10k-labels-idx1-ubyte.gz")
      let places = DatasetFolders(dataFolder: folder) { _ in nil }
      let error = #expect(throws: MissingDataset.self) { try places.locate(.mnist) }
      #expect(error?.places.map(\.missing) == [["t10k-labels-idx1-ubyte"]])
      #expect(
        "\(error!)".hasSuffix(
          "lacks t10k-labels-idx1-ubyte\nIts files are at \(DatasetDescription.mnist.mirrors[0])"))
    }
  }

  @Test func thePlaceOfTheCache() {
    #if canImport(Darwin)
      #expect(
        DatasetFolders.cacheFolder { $0 == "HOME" ? "/h" : nil }
          == "/h/Library/Caches/backprop/datasets")
    #else
      #expect(
        DatasetFolders.cacheFolder { $0 == "HOME" ? "/h" : nil } == "/h/.cache/backprop/datasets")
      #expect(
        DatasetFolders.cacheFolder { $0 == "XDG_CACHE_HOME" ? "/c" : "/h" }
          == "/c/backprop/datasets")
      #expect(
        DatasetFolders.cacheFolder { $0 == "XDG_CACHE_HOME" ? "relative" : "/h" }
          == "/h/.cache/backprop/datasets")
    #endif
    #expect(DatasetFolders.cacheFolder { _ in nil } == nil)
  }

  @Test func namesAndSizes() {
    #expect(DatasetDescription.named("fashion-mnist") == .fashionMNIST)
    #expect(DatasetDescription.named("cifar") == nil)
    for dataset in DatasetDescription.all {
      #expect(dataset.classNames.count == 10)
      #expect(dataset.trainImages.byteCount == 16 + 60000 * 28 * 28)
      #expect(dataset.testImages.byteCount == 16 + 10000 * 28 * 28)
      #expect(dataset.trainLabels.byteCount == 8 + 60000)
      #expect(dataset.testLabels.byteCount == 8 + 10000)
    }
  }
}
