import ArgumentParser
import Backprop
import BackpropFiles

/// What `backprop evaluate` judges a network by.
struct JudgedExamples {
  /// What they are called in print: `MNIST`, `flowers.csv`.
  let title: String
  /// What their classes are called, in order; none where the network gives a number.
  let classNames: [String]
  private let content: Content

  private enum Content {
    case pictures(ImageDataset)
    /// Pictures in folders, and the network's class for each of their labels.
    case folder(SubsetDataset<ImageFolder>, classes: [Int32])
    case rows(TabularDataset, TableModel)
  }

  /// How a network did.
  enum Result {
    case classes(Evaluation)
    case number(metrics: [String: Double], count: Int, seconds: Double)
  }

  /// Finds the examples.
  ///
  /// - Parameters:
  ///   - classifier: what is judged.
  ///   - dataset: a known data set, or the path of a table, npz file or folder; `nil` for what the
  ///     network learned from.
  ///   - run: the folder of the run that the network comes from, if it is known.
  ///   - dataFolder: the folder to look for known data sets in.
  /// - Throws: what reading them throws; `ValidationError` and `WeightFileError` where they are nothing
  ///   for this network.
  init(for classifier: Classifier, dataset: String?, run: String?, dataFolder: String?) throws {
    let table = try TableModel(classifier)
    let form = try PictureForm(metadata: classifier.metadata)
    let name = dataset ?? classifier.dataset
    let known = name.map(KnownDataset.init(rawValue:)) ?? .digits
    if dataFolder != nil, known == nil || table != nil {
      throw ValidationError("--data-dir is where known data sets are looked for, and no path")
    }
    let isOfArrays = known == nil && form == nil && ImageDataset.isArrayFile(name ?? "")
    if table == nil, known != nil || isOfArrays {
      var test =
        try known?.load(.test, dataFolder: dataFolder) ?? ImageDataset.load(npz: name!).test
      test.options.flatten = classifier.exampleShape.rank == 1
      try classifier.require(
        inputs: test.imageShape.elementCount, classes: test.classNames.count)
      self.init(known?.title ?? File.name(of: name!), test.classNames, .pictures(test))
    } else if let table {
      let rows =
        try dataset.map { try table.preparation.dataset(contentsOf: $0) }
        ?? Self.heldOutRows(of: table, run)
      self.init(
        File.name(of: rows.table.file), table.preparation.classNames ?? [], .rows(rows, table))
    } else if let form {
      let pictures = try dataset.map {
        let all = try form.pictures(
          in: PictureForm.parts(of: $0)?.test ?? $0,
          flatten: classifier.exampleShape.rank == 1)
        return all.subset(0..<all.count)
      }
      try self.init(pictures ?? Self.heldOutPictures(of: classifier, run), classifier)
    } else {
      throw ValidationError(
        "the weights in '\(classifier.file ?? "")' learned from no table and no folders of pictures, and "
          + "can be judged by \(KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")) and npz "
          + "files alone"
      )
    }
  }

  private init(_ title: String, _ classNames: [String], _ content: Content) {
    (self.title, self.classNames, self.content) = (title, classNames, content)
  }

  private init(_ pictures: SubsetDataset<ImageFolder>, _ classifier: Classifier) throws {
    let folder = pictures.base
    let unknown = folder.classNames.filter { !classifier.classNames.contains($0) }
    if !unknown.isEmpty {
      throw WeightFileError(
        .mismatch([
          "'\(folder.folder)' has the classes \(unknown.joined(separator: ", ")), and the network knows "
            + classifier.classNames.joined(separator: ", ")
        ]), file: classifier.file)
    }
    let classes = folder.classNames.map { Int32(classifier.classNames.firstIndex(of: $0)!) }
    self.init(
      File.name(of: folder.folder), classifier.classNames, .folder(pictures, classes: classes))
  }

  // MARK: What a run held out

  private static func heldOutRows(of model: TableModel, _ run: String?) throws -> TabularDataset {
    guard let task = try task(of: run) as? TableLearning else { throw noDataset("FILE.csv") }
    guard task.preparation == model.preparation else {
      throw RunFolderError(
        path: task.test.table.file,
        problem: "it is not the table that the network learned from, or has changed since, so that "
          + "the rows that were held out cannot be told from the others; name a table of other rows by "
          + "--dataset")
    }
    return task.test
  }

  private static func heldOutPictures(
    of classifier: Classifier, _ run: String?
  ) throws -> SubsetDataset<ImageFolder> {
    guard let task = try task(of: run) as? PictureFolderClassification else {
      throw noDataset("DIR")
    }
    return task.test
  }

  private static func task(of run: String?) throws -> (any TrainingTask)? {
    guard let run else { return nil }
    return try RunFolder.configuration(TrainingConfiguration.self, of: run).makeTask()
  }

  private static func noDataset(_ example: String) -> ValidationError {
    ValidationError(
      "say what to judge by: --dataset \(example), or the folder of the run by --weights, which tells "
        + "what was held out")
  }

  // MARK: Judging

  /// How the network does.
  ///
  /// - Throws: `NonFiniteResult` where it gives no numbers; what reading the examples throws.
  func judge(_ classifier: Classifier, batchSize: Int) throws -> Result {
    let model = classifier.model
    switch content {
    case .pictures(let pictures):
      return try classes(evaluate(model, on: pictures, batchSize: batchSize)) {
        "picture \($0) of '\(title)'"
      }
    case .folder(let pictures, let classes):
      let loaded = DataLoader(pictures, threads: Parallel.threadCount)
      let result = try evaluate(
        model, on: loaded, classes: classNames.count, batchSize: batchSize
      ) { batch in
        let labels = batch.labels.array.scalars(as: Int32.self).map { classes[Int($0)] }
        return (batch.images, Tensor(labels))
      }
      return try self.classes(result) {
        "'\(pictures.base.files[Int(pictures.positions[$0])])'"
      }
    case .rows(let rows, let table):
      if table.preparation.classNames != nil {
        let result = try evaluate(
          model, on: rows, classes: classNames.count, batchSize: batchSize
        ) { ($0.inputs, $0.targets) }
        return try classes(result) { "row \(rows.rowNumbers[$0] + 1) of '\(title)'" }
      }
      let clock = ContinuousClock()
      let start = clock.now
      let metrics = try table.evaluate(on: rows, batchSize: batchSize)
      // The true values are numbers.
      if metrics["MSE"]?.isFinite == false { throw NonFiniteResult(input: "rows of '\(title)'") }
      return .number(
        metrics: metrics, count: rows.count, seconds: start.duration(to: clock.now).inSeconds)
    }
  }

  /// The result, if it is of numbers alone; `name` says what an example is called.
  private func classes(_ result: Evaluation, _ name: (Int) -> String) throws -> Result {
    if let index = result.firstNonFinite { throw NonFiniteResult(input: name(index)) }
    return .classes(result)
  }
}
