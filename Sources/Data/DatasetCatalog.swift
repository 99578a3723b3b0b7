/// A part of a data set.
public enum DatasetSplit: String, CaseIterable, Sendable {
  /// What a network learns from.
  case train
  /// What it is judged by, and never learns from.
  case test
}

/// A file of a data set: its name and what its content must be.
public struct DatasetFile: Equatable, Sendable {
  /// A checksum that tells a right file from a wrong one.
  public enum Checksum: Equatable, Sendable {
    /// SHA-256 of the content, whether or not the file is packed, and however it was.
    case content(String)
    /// SHA-256 of the gzip file as its makers published it.
    case published(String)
  }

  /// The name of the gzip file; a plain file has the same name without `.gz`.
  public let name: String
  /// The size of the content in bytes.
  public let byteCount: Int
  /// What the file is checked by after a download.
  public let checksum: Checksum

  /// Describes a file.
  ///
  /// - Parameters:
  ///   - name: the name of the gzip file.
  ///   - byteCount: the size of the content in bytes.
  ///   - checksum: what the file is checked by after a download.
  public init(name: String, byteCount: Int, checksum: Checksum) {
    self.name = name
    self.byteCount = byteCount
    self.checksum = checksum
  }

  /// The name of the unpacked file.
  public var plainName: String { name.hasSuffix(".gz") ? String(name.dropLast(3)) : name }

  /// All names under which the file is found: packed and plain, and each with a point before `idx` in
  /// place of a hyphen, as some programs unpack it (`train-images.idx3-ubyte`).
  public var names: [String] {
    [name, plainName].flatMap { name in
      let pointed = name.replacing("-idx", with: ".idx", maxReplacements: 1)
      return pointed == name ? [name] : [name, pointed]
    }
  }
}

/// What is known of a data set: its files, what they must hold and where they can be fetched.
public struct DatasetDescription: Equatable, Sendable {
  /// The name by which it is known, and of the folder that the files are in.
  public let name: String
  /// The name in print.
  public let title: String
  /// What the classes are, by number.
  public let classNames: [String]
  /// The images of the training split.
  public let trainImages: DatasetFile
  /// The labels of the training split.
  public let trainLabels: DatasetFile
  /// The images of the test split.
  public let testImages: DatasetFile
  /// The labels of the test split.
  public let testLabels: DatasetFile
  /// Web addresses of folders that hold the files, in the order in which they are tried.
  public let mirrors: [String]

  /// Describes a data set.
  ///
  /// - Parameters:
  ///   - name: the name on the command line, and of the folder that the files are in.
  ///   - title: the name in print.
  ///   - classNames: what the classes are, by number.
  ///   - trainImages: the images of the training split.
  ///   - trainLabels: the labels of the training split.
  ///   - testImages: the images of the test split.
  ///   - testLabels: the labels of the test split.
  ///   - mirrors: web addresses of folders that hold the files, in the order in which they are
  ///     tried.
  public init(
    name: String, title: String, classNames: [String], trainImages: DatasetFile,
    trainLabels: DatasetFile, testImages: DatasetFile, testLabels: DatasetFile, mirrors: [String]
  ) {
    self.name = name
    self.title = title
    self.classNames = classNames
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
    self.mirrors = mirrors
  }

  /// The images and the labels of a split.
  public func files(of split: DatasetSplit) -> (images: DatasetFile, labels: DatasetFile) {
    switch split {
    case .train: (trainImages, trainLabels)
    case .test: (testImages, testLabels)
    }
  }

  /// All files of the set.
  public var files: [DatasetFile] { [trainImages, trainLabels, testImages, testLabels] }
}

extension DatasetDescription {
  /// Handwritten digits: 60,000 to learn from, 10,000 to test, 28 x 28 pixels, ten classes.
  ///
  /// Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits". Mirrors pack
  /// the files differently, so the content is what is checked.
  public static let mnist = DatasetDescription(
    name: "mnist",
    title: "MNIST",
    classNames: (0...9).map(String.init),
    trainImages: DatasetFile(
      name: "train-images-idx3-ubyte.gz", byteCount: 47_040_016,
      checksum: .content("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")),
    trainLabels: DatasetFile(
      name: "train-labels-idx1-ubyte.gz", byteCount: 60008,
      checksum: .content("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")),
    testImages: DatasetFile(
      name: "t10k-images-idx3-ubyte.gz", byteCount: 7_840_016,
      checksum: .content("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")),
    testLabels: DatasetFile(
      name: "t10k-labels-idx1-ubyte.gz", byteCount: 10008,
      checksum: .content("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ])

  /// Pictures of clothes in the shape of MNIST, and harder: same counts, sizes and file names.
  ///
  /// H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
  /// Learning Algorithms", arXiv:1708.07747. The checksums are of the gzip files as published, and
  /// those that the BatchUp library (its module `fashion_mnist`) checks its downloads by.
  public static let fashionMNIST = DatasetDescription(
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    classNames: [
      "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ],
    trainImages: DatasetFile(
      name: "train-images-idx3-ubyte.gz", byteCount: 47_040_016,
      checksum: .published("08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc")),
    trainLabels: DatasetFile(
      name: "train-labels-idx1-ubyte.gz", byteCount: 60008,
      checksum: .published("b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc")),
    testImages: DatasetFile(
      name: "t10k-images-idx3-ubyte.gz", byteCount: 7_840_016,
      checksum: .published("78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229")),
    testLabels: DatasetFile(
      name: "t10k-labels-idx1-ubyte.gz", byteCount: 10008,
      checksum: .published("42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf")),
    mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"])

  /// The data sets that are known by name.
  public static let all: [DatasetDescription] = [.mnist, .fashionMNIST]

  /// The data set of this name; `nil` if there is none.
  public static func named(_ name: String) -> DatasetDescription? {
    all.first { $0.name == name }
  }
}
