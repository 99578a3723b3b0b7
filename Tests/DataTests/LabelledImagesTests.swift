import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct LabelledImagesTests {
  private let images = Fixtures.path("idx/images-idx3-ubyte.gz")
  private let labels = Fixtures.path("idx/labels-idx1-ubyte.gz")

  @Test func readsAPair() throws {
    let split = try LabelledImages(imagesFile: images, labelsFile: labels)
    #expect(split.count == 3 && split.rows == 4 && split.columns == 5)
    #expect(split.labels == [7, 0, 9])
    #expect(split.images.count == 60)
  }

  @Test func countsThatDifferAreNamed() throws {
    try withTemporaryFolder { folder in
      let short = folder + "/labels"
      try AtomicFile.write([0, 0, 8, 1, 0, 0, 0, 2, 7, 0], to: short)
      let error = DatasetError(
        .countsDiffer(images: 3, labels: 2, labelsFile: short), file: images)
      #expect(throws: error) { try LabelledImages(imagesFile: images, labelsFile: short) }
      for part in ["3 images", "2 labels", images, short] {
        #expect("\(error)".contains(part))
      }
    }
  }

  @Test func aLabelOutOfRangeIsNamed() {
    let error = DatasetError(.labelOutOfRange(label: 9, index: 2, classCount: 9), file: labels)
    #expect(throws: error) {
      try LabelledImages(imagesFile: images, labelsFile: labels, classCount: 9)
    }
    #expect("\(error)".contains("label 9 at index 2"))
  }

  @Test func exchangedFilesAreNoticed() {
    #expect(
      throws: DatasetError(.wrongMagic(expected: 0x803, found: 0x801), file: labels)
    ) { try LabelledImages(imagesFile: labels, labelsFile: images) }
  }

  @Test func mnistItself() throws {
    guard (try? DatasetFolders().locate(.mnist)) != nil else {
      print("skipped: MNIST is in none of the data folders")
      return
    }
    let test = try LabelledImages(.mnist, .test)
    #expect(test.count == 10000 && test.rows == 28 && test.columns == 28)
    // The first digits of the test set are well known.
    #expect(test.labels.prefix(10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    let header: [UInt8] = [0, 0, 8, 1, 0, 0, 0x27, 0x10]
    #expect(
      .content(SHA256.hash(header + test.labels)) == DatasetDescription.mnist.testLabels.checksum)
  }
}
