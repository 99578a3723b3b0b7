import Backprop
import BackpropFiles

extension LessonPage {
  /// Handwritten digits to train and to test with: MNIST where a data folder holds it, or else
  /// digits that the library draws itself, and the page says so. A brief lesson gets 3,000 and
  /// 1,000 of them.
  ///
  /// - Throws: what is wrong with MNIST's files, if they are there.
  public func handwrittenDigits() throws -> (train: ImageDataset, test: ImageDataset) {
    let sizes = isBrief ? (train: 3_000, test: 1_000) : (train: 60_000, test: 10_000)
    if isBrief {
      say("This is the brief run: 3,000 pictures to train with and 1,000 to test with.")
    }
    do {
      let (train, test) = try MNIST.load(dataFolder: dataFolder)
      guard isBrief else { return (train, test) }
      return (train.subset(0..<sizes.train), test.subset(0..<sizes.test))
    } catch is MissingDataset {
      say(
        "MNIST is not here, and so these are digits that the library draws itself: the numbers "
          + "differ from the course's. `backprop datasets fetch mnist` gets MNIST.")
      return Digits.draw(trainCount: sizes.train, testCount: sizes.test)
    }
  }

  /// The path of a file in the first data folder that holds it, or nil.
  ///
  /// - Parameter name: its place in the folder, such as `book/sample_weight.pkl`.
  public func dataFile(_ name: String) -> String? {
    DatasetFolders(dataFolder: dataFolder).candidates
      .map { $0.folder + "/" + name }.first { File.exists($0) }
  }
}
