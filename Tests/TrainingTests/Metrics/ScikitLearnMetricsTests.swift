import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import BackpropTraining
import Testing

/// Against scikit-learn, by `Tests/Fixtures/make_metric_fixtures.py`.
@Suite struct ScikitLearnMetricsTests {
  struct Cases: Decodable {
    let classes: [Classes]
    let binary: [Binary]
    let probabilities: [Probabilities]
    let regression: [Regression]
  }

  struct Classes: Decodable {
    let classes: Int
    let labels: [Int]
    let scores: [Double]
    let confusion: [[Int]]
    let logLoss: Double
    let accuracy: Double
    let balancedAccuracy: Double
    let precision: [String: Double]
    let recall: [String: Double]
    let f1: [String: Double]
    let precisionOfClass: [Double]
    let recallOfClass: [Double]
    let f1OfClass: [Double]
    let topK: [String: Double]?
    let rocAUC: [String: Double]?
    let balancedWeights: [Double]?

    func batches(of size: Int) -> [(scores: Tensor, labels: Tensor)] {
      stride(from: 0, to: labels.count, by: size).map { start in
        let rows = start..<min(start + size, labels.count)
        let numbers = Array(scores[rows.lowerBound * classes..<rows.upperBound * classes])
        return (
          Tensor(NDArray(numbers, shape: [rows.count, classes], scalarType: .float64)),
          Tensor(Array(labels[rows]))
        )
      }
    }
  }

  struct Binary: Decodable {
    let labels: [Int]
    let scores: [Double]
    let area: Double
    let falsePositiveRates: [Double]
    let truePositiveRates: [Double]
    let thresholds: [Double]
  }

  struct Probabilities: Decodable {
    let classes: Int
    let labels: [Int]
    let probabilities: [Double]
    let logLoss: Double
  }

  struct Regression: Decodable {
    let targets: [Double]
    let predictions: [Double]
    let meanSquaredError: Double
    let rootMeanSquaredError: Double
    let meanAbsoluteError: Double
    let rSquared: Double
  }

  private let cases: Cases

  init() throws { cases = try Fixtures.decode(from: "metrics.json") }

  private func isClose(_ a: Double, _ b: Double, _ relative: Double = 1e-13) -> Bool {
    abs(a - b) <= relative * max(1, abs(b))
  }

  /// Counted in batches of several sizes.
  @Test(arguments: [1, 7, 1000]) func metricsOfClasses(_ size: Int) {
    for item in cases.classes {
      var metrics = ClassificationMetrics(classes: item.classes)
      for (scores, labels) in item.batches(of: size) { metrics.add(logits: scores, labels: labels) }
      let confusion = metrics.confusion
      #expect(confusion.counts == item.confusion)
      #expect(isClose(metrics.logLoss.value, item.logLoss))
      #expect(isClose(confusion.accuracy, item.accuracy))
      for average in ClassAverage.allCases {
        let name = average.rawValue
        #expect(isClose(confusion.precision(average), item.precision[name]!), "\(name)")
        #expect(isClose(confusion.recall(average), item.recall[name]!), "\(name)")
        #expect(isClose(confusion.f1(average), item.f1[name]!), "\(name)")
        if let area = item.rocAUC?[name] { #expect(isClose(metrics.roc.area(average), area)) }
      }
      for index in 0..<item.classes {
        #expect(isClose(confusion.precision(of: index), item.precisionOfClass[index]))
        #expect(isClose(confusion.recall(of: index), item.recallOfClass[index]))
        #expect(isClose(confusion.f1(of: index), item.f1OfClass[index]))
      }
      for (k, expected) in item.topK ?? [:] {
        var accuracy = TopKAccuracy(k: Int(k)!)
        for (scores, labels) in item.batches(of: size) {
          accuracy.add(scores: scores, labels: labels)
        }
        #expect(isClose(accuracy.value, expected), "k = \(k)")
      }
      #expect(metrics.values["logLoss"] == metrics.logLoss.value)
      #expect(metrics.values["top\(max(1, min(5, item.classes - 1)))"] == metrics.topK.value)
    }
    #expect(cases.classes.count { $0.topK != nil } >= 2)
    #expect(cases.classes.count { $0.rocAUC?.isEmpty == false } >= 3)
  }

  @Test func balancedWeights() throws {
    for item in cases.classes {
      guard let expected = item.balancedWeights else { continue }
      let counts = (0..<item.classes).map { index in item.labels.count { $0 == index } }
      for (weight, other) in zip(balancedClassWeights(counts: counts), expected) {
        #expect(isClose(weight, other))
      }
      let tensor = balancedClassWeights(labels: item.labels, classes: item.classes)
      #expect(tensor.scalarType == .float32 && tensor.shape == [item.classes])
      for (weight, other) in zip(tensor.doubles, expected) { #expect(isClose(weight, other, 1e-6)) }
    }
  }

  @Test func curvesAndAreas() {
    for item in cases.binary {
      let labels = Tensor(item.labels)
      var curve = ROCCurve(scores: Tensor(item.scores, scalarType: .float64), labels: labels)
      #expect(isClose(curve.area, item.area))
      #expect(curve.points.map(\.falsePositiveRate) == item.falsePositiveRates)
      #expect(curve.points.map(\.truePositiveRate) == item.truePositiveRates)
      #expect(curve.points.dropFirst().map(\.threshold) == item.thresholds)
      #expect(curve.points[0].threshold == .infinity)
      // By flags, and with the classes exchanged.
      let flags = Tensor(item.labels.map { $0 == 0 })
      curve = ROCCurve(scores: Tensor(item.scores, scalarType: .float64), labels: flags)
      #expect(isClose(curve.area, 1 - item.area))
    }
  }

  @Test func logLossOfProbabilities() {
    for item in cases.probabilities {
      var loss = LogLoss()
      let numbers = NDArray(
        item.probabilities, shape: [item.labels.count, item.classes], scalarType: .float64)
      loss.add(probabilities: Tensor(numbers), labels: Tensor(item.labels))
      #expect(isClose(loss.value, item.logLoss))
    }
  }

  @Test func regression() {
    for item in cases.regression {
      let errors = RegressionErrors(
        predictions: Tensor(item.predictions, scalarType: .float64),
        targets: Tensor(item.targets, scalarType: .float64))
      #expect(isClose(errors.meanSquaredError, item.meanSquaredError))
      #expect(isClose(errors.rootMeanSquaredError, item.rootMeanSquaredError))
      #expect(isClose(errors.meanAbsoluteError, item.meanAbsoluteError))
      #expect(isClose(errors.rSquared, item.rSquared, 1e-9))
    }
  }
}
