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

  @Test func theArgumentComesBeforeTheVariableAndThatBeforeTheCache() throws {
    try withTemporaryFolder { folder in
      let variables = [
        "BACKPROP_DATA": folder + "/variable", "HOME": folder + "/home",
        "XDG_CACHE_HOME": folder + "/cache",
      ]
      let places = DatasetFolders(dataFolder: folder + "/argument") { variables[$0] }
      let cache = DatasetFolders.cacheFolder { variables[$0] }!
      #expect(
        places.candidates.map(\.folder) == [folder + "/argument", folder + "/variable", cache])

      let error = #expect(throws: MissingDataset.self) { try places.locate(.mnist) }
      for part in [
        folder + "/argument/mnist (dataFolder)", folder + "/variable/mnist ($BACKPROP_DATA)",
        cache + "/mnist (the cache)", "Its files are at " + DatasetDescription.mnist.mirrors[0],
      ] { #expect("\(error!)".contains(part), "\(error!)") }

      try fill(cache, packed: true)
      #expect(try places.locate(.mnist) == cache + "/mnist")
      try fill(folder + "/variable", packed: false)
      #expect(try places.locate(.mnist) == folder + "/variable/mnist")
      try fill(folder + "/argument", packed: true)
      #expect(try places.locate(.mnist) == folder + "/argument/mnist")
    }
  }

  @Test func aFolderThatLacksAFileIsPassedOver() throws {
    try withTemporaryFolder { folder in
      try fill(folder, packed: true)
      try File.remove(folder + "/mnist/t10k-labels-idx1-ubyte.gz")
      let places = DatasetFolders(dataFolder: folder) { _ in nil }
      let error = #expect(throws: MissingDataset.self) { try places.locate(.mnist) }
      #expect(error?.places.map(\.missing) == [["t10k-labels-idx1-ubyte.gz"]])
      #expect("\(error!)".contains("lacks t10k-labels-idx1-ubyte.gz"))
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
