import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropWeightFiles

/// A network that learned a column of a table, and how rows become what it takes: all that is needed to
/// tell the column of other rows.
///
/// ```swift
/// let model = try TableModel(contentsOf: "runs/houses/model.safetensors")!
/// for prediction in try model.predict(contentsOf: "new.csv") { print(prediction) }
/// ```
public struct TableModel: Sendable {
  /// What is told of a row.
  public enum Prediction: Sendable, Hashable {
    /// The likeliest class, and how likely each is.
    case classified(name: String, Classification)
    /// A number, in the unit of the column.
    case number(Double)
  }

  /// The network.
  public let network: any Layer
  /// How rows become numbers.
  public let preparation: TablePreparation

  private static let batchSize = 4096

  /// A network, with the preparation that it was trained with.
  public init(_ network: any Layer, _ preparation: TablePreparation) {
    self.network = network
    self.preparation = preparation
  }

  /// Reads a weight file; `nil` if it holds a network for anything but tables.
  ///
  /// - Throws: `FileError`; `WeightFileError` for a file that holds no such network.
  public init?(contentsOf path: String) throws { try self.init(Classifier(contentsOf: path)) }

  /// The network of a weight file that has been read; `nil` if it is one for anything but tables.
  ///
  /// - Throws: `WeightFileError` where weights and preparation do not fit.
  public init?(_ file: Classifier) throws(WeightFileError) {
    do {
      guard let preparation = try TablePreparation(metadata: file.metadata) else { return nil }
      self.preparation = preparation
    } catch {
      throw WeightFileError(
        .mismatch(["the preparation of the table in the metadata cannot be read: \(error)"]),
        file: file.file)
    }
    network = file.model
    let (inputs, outputs) = (file.exampleShape.elementCount, file.classNames.count)
    if inputs != preparation.inputCount || outputs != preparation.outputCount {
      throw WeightFileError(
        .mismatch([
          "the network takes \(inputs) numbers and gives \(outputs), and the table in the metadata has "
            + "\(preparation.inputCount) and \(preparation.outputCount)"
        ]), file: file.file)
    }
  }

  /// What the network tells of each row of a file.
  ///
  /// - Throws: `FileError`; `CSVError` that names the line and the column.
  public func predict(
    contentsOf path: String, options: CSVOptions = CSVOptions()
  ) throws -> [Prediction] { predict(try preparation.inputs(contentsOf: path, options: options)) }

  /// What the network tells of prepared rows, of shape (rows, `TablePreparation.inputCount`).
  public func predict(_ inputs: Tensor) -> [Prediction] {
    let rows = inputs.shape[0]
    var result: [Prediction] = []
    for start in stride(from: 0, to: rows, by: Self.batchSize) {
      let part = inputs[start..<min(start + Self.batchSize, rows)]
      // In double precision the probabilities sum to 1 as nearly as they are printed.
      let outputs = withoutGradient { network(part, .inference) }.array.cast(to: .float64)
      guard let names = preparation.classNames else {
        result += outputs.scalars(as: Double.self).map {
          .number(preparation.value(ofOutput: $0))
        }
        continue
      }
      let probabilities = outputs.softmax(axis: 1).scalars(as: Double.self)
      for row in stride(from: 0, to: probabilities.count, by: names.count) {
        let classes = Classification(
          probabilities: Array(probabilities[row..<row + names.count]))
        result.append(.classified(name: names[classes.prediction], classes))
      }
    }
    return result
  }

  /// How the network does on rows whose column is known: `Accuracy`, or `MSE`, `MAE` and `R2` in the unit
  /// of the column.
  ///
  /// - Parameters:
  ///   - data: the rows.
  ///   - count: how many of them at most, from the first on.
  ///   - batchSize: how many to look at at a time; `nil` for some thousands. The result is the same.
  /// - Throws: what reading the rows throws.
  public func evaluate(
    on data: TabularDataset, atMost count: Int = .max, batchSize: Int? = nil
  ) throws -> [String: Double] {
    let pass = DataPass(
      count: min(count, data.count),
      batchSize: max(1, min(batchSize ?? Self.batchSize, data.count)))
    let source = data.source(of: pass)
    var errors = RegressionErrors()
    var correct = 0.0
    for index in 0..<pass.batchCount {
      let batch = try source.batch(index)
      let outputs = withoutGradient { network(batch.inputs, .inference) }
      if preparation.classNames != nil {
        correct += correctCount(outputs, batch.targets)
      } else {
        errors.add(predictions: outputs, targets: batch.targets)
      }
    }
    guard case .number(_, let deviation) = preparation.goal else {
      return ["Accuracy": correct / Double(pass.order.count)]
    }
    return [
      "MSE": errors.meanSquaredError * deviation * deviation,
      "MAE": errors.meanAbsoluteError * deviation, "R2": errors.rSquared,
    ]
  }
}
