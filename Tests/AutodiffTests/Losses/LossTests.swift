import BackpropArrays
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct LossTests {
  private func float64(_ numbers: [Double]) -> Tensor { Tensor(numbers, scalarType: .float64) }

  private func reason(_ loss: Tensor) -> (reason: String, hint: String?)? {
    do throws(ShapeError) {
      _ = try loss.checkedType()
      return nil
    } catch { return (error.reason, error.hint) }
  }

  private func shape(_ lengths: Shape, _ type: ScalarType = .float32) -> Tensor {
    Tensor(shapeOnly: TensorType(lengths, type))
  }

  /// A column beside a row would broadcast to a matrix of losses, and nobody would notice.
  @Test func shapesAreNeverBroadcast() {
    let losses: [(Tensor, Tensor) -> Tensor] = [
      { squaredError(predictions: $0, targets: $1) },
      { meanSquaredError(predictions: $0, targets: $1, reduction: .none) },
      { meanAbsoluteError(predictions: $0, targets: $1) },
      { huberLoss(predictions: $0, targets: $1) },
      { smoothL1Loss(predictions: $0, targets: $1) },
      { binaryCrossEntropy(logits: $0, targets: $1) },
      { klDivergence(logProbabilities: $0, targets: $1) },
      { klDivergence(logProbabilities: $0, logTargets: $1) },
      { poissonNegativeLogLikelihood(logRates: $0, targets: $1) },
      { poissonNegativeLogLikelihood(rates: $0, targets: $1) },
      { hingeLoss(predictions: $0, targets: $1) },
      { marginRankingLoss($0, $1, targets: $1) },
      { hingeEmbeddingLoss(distances: $0, targets: $1) },
      { tripletMarginLoss(anchors: $0, positives: $1, negatives: $0) },
    ]
    for (index, loss) in losses.enumerated() {
      let found = reason(loss(shape([4, 1]), shape([4])))
      #expect(found?.reason.contains("never broadcast") == true, "\(index)")
      #expect(found?.hint?.contains("reshape") == true, "\(index)")
      #expect(reason(loss(shape([4, 2]), shape([4, 2]))) == nil, "\(index)")
    }
    #expect(
      reason(huberLoss(predictions: shape([2], .float64), targets: shape([2])))?.reason.contains(
        "predictions (float64) and targets (float32)") == true)
    let weights = binaryCrossEntropy(
      logits: shape([4, 2]), targets: shape([4, 2]), weights: shape([3, 4, 2]))
    #expect(reason(weights)?.reason == "weights must broadcast to the shape (4, 2) of the losses")
    let lifts = binaryCrossEntropy(
      logits: shape([4, 2]), targets: shape([4, 2]), positiveWeights: shape([4]))
    #expect(reason(lifts)?.reason.contains("broadcast to the shape (4, 2)") == true)
  }

  @Test func labelsMustBeOneARow() {
    func check(
      _ logits: Shape, _ labels: Shape, _ hint: String?, _ at: SourceLocation = #_sourceLocation
    ) {
      for loss in [
        crossEntropy(logits: shape(logits), targets: shape(labels, .int64), reduction: .sum),
        negativeLogLikelihood(logProbabilities: shape(logits), targets: shape(labels, .int64)),
        multiclassHingeLoss(logits: shape(logits), targets: shape(labels, .int64)),
      ] {
        let found = reason(loss)
        #expect(found != nil, sourceLocation: at)
        #expect(found?.hint == hint, "\(String(describing: found))", sourceLocation: at)
      }
    }
    check([4, 3], [3], nil)
    check([4, 3], [4, 1], "reshape the labels to (4,)")
    check([2, 4, 3], [8], "reshape the labels to (2, 4)")
    check(
      [2, 4, 3], [2, 3],
      "the classes lie along the last axis here, and not along axis 1 as in PyTorch; transpose")
    let flags = crossEntropy(
      logits: shape([4, 3]), targets: shape([4], .bool), labelSmoothing: 0.1)
    #expect(reason(flags)?.reason == "labels are whole numbers, not bool")
    let weights = crossEntropy(
      logits: shape([4, 3]), targets: shape([4], .int32), classWeights: shape([4]))
    #expect(
      reason(weights)?.reason
        == "class weights must be float32 of shape (3,), one for each class, and are float32")
    let ignored = crossEntropy(logits: shape([4, 3]), targets: shape([4, 3]), ignoring: 0)
    #expect(ignored.isShapeOnly && reason(ignored)?.hint == "give such rows probabilities of 0")
    let mixed = crossEntropy(
      logits: shape([4, 3]), targets: shape([4]), classWeights: shape([3]))
    #expect(reason(mixed)?.reason.contains("targets that are probabilities") == true)
  }

  @Test func aLabelThatIsNoClassIsNamed() {
    let logits = Tensor.zeros([3, 4])
    for operation in [
      WeightedCrossEntropy(labelSmoothing: 0, ignoredLabel: -1, reduction: .none),
      NegativeLogLikelihood(ignoredLabel: -1, reduction: .none),
    ] as [any TensorOperation] {
      let error = #expect(throws: ShapeError.self) {
        try operation.evaluate([logits, Tensor([0, -1, 4] as [Int])])
      }
      #expect(error?.reason == "label 2 is 4, and the classes are 0..<4")
    }
  }

  /// Classes along the last axis, whatever stands before.
  @Test func anyAxesInFrontAreRows() {
    let logits = Tensor(NDArray.numbers([2, 3, 4])).requiringGradient()
    let labels = Tensor([[0, 1, 2], [3, 0, 1]], scalarType: .float64).cast(to: .int64)
    let rows = logits.reshaped(to: [6, 4])
    let flat = labels.reshaped(to: [-1])
    for reduction in LossReduction.allCases {
      for (found, expected) in [
        (
          crossEntropy(logits: logits, targets: labels, reduction: reduction),
          crossEntropy(logits: rows, targets: flat, reduction: reduction)
        ),
        (
          crossEntropy(logits: logits, targets: logits.detached.softmax(), reduction: reduction),
          crossEntropy(logits: rows, targets: rows.detached.softmax(), reduction: reduction)
        ),
        (
          negativeLogLikelihood(logProbabilities: logits, targets: labels, reduction: reduction),
          negativeLogLikelihood(logProbabilities: rows, targets: flat, reduction: reduction)
        ),
        (
          multiclassHingeLoss(logits: logits, targets: labels, reduction: reduction),
          multiclassHingeLoss(logits: rows, targets: flat, reduction: reduction)
        ),
      ] {
        #expect(found.shape == (reduction == .none ? [2, 3] : []))
        #expect(found.doubles == expected.doubles)
        #expect(found.sum().backward()[logits].doubles == expected.sum().backward()[logits].doubles)
      }
    }
  }

  /// The fused kernel of the common case gives what the general one gives.
  @Test func plainCrossEntropyIsASpecialCase() {
    let logits = Tensor(NDArray.numbers([5, 3])).requiringGradient()
    let labels = Tensor([0, 2, 1, 1, 0] as [Int])
    let plain = crossEntropy(logits: logits, targets: labels)
    let general = crossEntropy(
      logits: logits, targets: labels, classWeights: Tensor.ones([3], scalarType: .float64),
      ignoring: 7)
    #expect(abs(plain.item - general.item) < 1e-15)
    for (a, b) in zip(plain.backward()[logits].doubles, general.backward()[logits].doubles) {
      #expect(abs(a - b) < 1e-15)
    }
    // As smoothed probabilities say it.
    let smoothed = crossEntropy(logits: logits, targets: labels, labelSmoothing: 0.2)
    let said = crossEntropy(
      logits: logits, targets: labels.oneHot(classes: 3, scalarType: .float64) * 0.8 + 0.2 / 3)
    #expect(abs(smoothed.item - said.item) < 1e-15)
  }

  @Test func meansOfNothingAreNaN() {
    let none = Tensor.zeros([0, 3])
    let noLabels = Tensor([] as [Int32])
    #expect(meanAbsoluteError(predictions: none, targets: none).item.isNaN)
    #expect(binaryCrossEntropy(logits: none, targets: none, reduction: .sum).item == 0)
    #expect(crossEntropy(logits: none, targets: noLabels, labelSmoothing: 0.1).item.isNaN)
    #expect(crossEntropy(logits: none, targets: noLabels, reduction: .sum).item == 0)
    let logits = Tensor.ones([2, 3]).requiringGradient()
    let ignored = Tensor([5, 5] as [Int])
    #expect(crossEntropy(logits: logits, targets: ignored, ignoring: 5).item.isNaN)
    let sum = crossEntropy(logits: logits, targets: ignored, ignoring: 5, reduction: .sum)
    #expect(sum.item == 0 && sum.backward()[logits].doubles == [0, 0, 0, 0, 0, 0])
  }

  /// x and −x far out, where softmax, sigmoid and exp are 0, 1 or infinite.
  @Test func nothingOverflows() {
    for size in [40.0, 1000, 1e30, .infinity] {
      let x = float64([size, -size]).requiringGradient()
      let right = binaryCrossEntropy(logits: x, targets: float64([1, 0]), reduction: .sum)
      #expect(right.item == (size == 40 ? 2 * log1p(exp(-40)) : 0))
      let gradient = right.backward()[x].doubles
      #expect(
        zip(gradient, [-1, 1]).allSatisfy { abs($0 - $1 * exp(-size)) <= 1e-16 * exp(-size) })
      let wrong = binaryCrossEntropy(
        logits: x, targets: float64([0, 1]), positiveWeights: float64([3]), reduction: .none)
      #expect(wrong.doubles == [size, 3 * size])
      #expect(wrong.backward(from: float64([1, 1]))[x].doubles == [1, -3])
    }
    let logits = float64([1000, 0, -1000]).reshaped(to: [1, 3]).requiringGradient()
    let smoothed = crossEntropy(logits: logits, targets: Tensor([0] as [Int]), labelSmoothing: 0.3)
    #expect(abs(smoothed.item - 0.1 * 3000) < 1e-12)
    let gradient = smoothed.backward()[logits].doubles
    #expect(zip(gradient, [0.2, -0.1, -0.1]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(huberLoss(predictions: float64([1e300]), targets: float64([-1e300])).item == 2e300)
  }

  /// What has no chance and does not count adds nothing; what counts is infinitely wrong.
  @Test func zeroTimesInfinityIsZero() {
    let infinity = Double.infinity
    #expect(
      klDivergence(
        logProbabilities: float64([-infinity, -1]), targets: float64([0, 1]), reduction: .none
      ).doubles == [0, 1])
    #expect(
      klDivergence(
        logProbabilities: float64([-infinity, -1]), logTargets: float64([-infinity, 0]),
        reduction: .none
      ).doubles == [0, 1])
    #expect(
      klDivergence(logProbabilities: float64([-infinity]), targets: float64([0.5])).item
        == infinity)
    #expect(
      poissonNegativeLogLikelihood(
        logRates: float64([-infinity, 0]), targets: float64([0, 2]), reduction: .none
      ).doubles == [0, 1])
    #expect(
      poissonNegativeLogLikelihood(
        rates: float64([0, 1]), targets: float64([0, 2]), epsilon: 0, reduction: .none
      ).doubles == [0, 1])
    let logits = Tensor([[0, -infinity, 1], [2, 0, 1]], scalarType: .float64).requiringGradient()
    let masked = crossEntropy(
      logits: logits, targets: Tensor([2, 0] as [Int]), classWeights: float64([1, 0, 1]),
      labelSmoothing: 0.5, reduction: .none)
    #expect(masked.allFinite)
    let logProbabilities = Tensor([[-infinity, -1]], scalarType: .float64)
    for labels in [[0], [1]] {
      let loss = negativeLogLikelihood(
        logProbabilities: logProbabilities, targets: Tensor(labels),
        classWeights: float64([0, 2]), reduction: .sum)
      #expect(loss.item == Double(labels[0] * 2))
    }
  }

  @Test func nanStays() {
    let x = Tensor([Double.nan], scalarType: .float64)
    let one = Tensor([1.0], scalarType: .float64)
    for loss in [
      meanAbsoluteError(predictions: x, targets: one), huberLoss(predictions: x, targets: one),
      binaryCrossEntropy(logits: x, targets: one), hingeLoss(predictions: x, targets: one),
      klDivergence(logProbabilities: x, targets: one),
      poissonNegativeLogLikelihood(logRates: x, targets: one),
    ] { #expect(loss.item.isNaN) }
  }

  @Test func settingsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      _ = huberLoss(predictions: Tensor([1]), targets: Tensor([1]), delta: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(
        logits: Tensor.zeros([1, 2]), targets: Tensor([0] as [Int]), labelSmoothing: 1.5)
    }
  }
}
