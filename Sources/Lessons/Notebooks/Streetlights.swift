import Backprop

/// Three lights, four hidden units, one answer: the first deep network of the course.
struct Streetlights: Lesson {
  let name = "streetlights"
  let title = "A first deep network: the streetlights"
  let summary =
    "learns from three lights when people walk; backpropagation by hand and by backward()"
  let source = "Notebook 000, a first deep network"

  let streetlights = Tensor(
    [
      [1.0, 0, 1],
      [0, 1, 1],
      [0, 0, 1],
      [1, 1, 1],
    ], scalarType: .float64)
  let walkVsStop = Tensor([[1.0, 1, 0, 0]], scalarType: .float64).transposed()

  let alpha = 0.2
  let hiddenSize = 4
  let iterations = 60

  func run(on page: LessonPage) {
    page.heading("The network")
    page.say(
      "Each row of `streetlights` is what three lights showed, and `walkVsStop` says whether people "
        + "walked (1) or stopped (0). Three inputs, four hidden units with ReLU, one result. "
        + "`NumPyRandom(seed: 1)` draws the numbers that `np.random.seed(1)` draws.")
    let (weights01, weights12) = initialWeights()
    page.show("weights-0-1", weights01, as: "weights01")
    page.show("weights-1-2", weights12, as: "weights12")

    let layer0 = streetlights[0]
    let layer1 = layer0.matmul(weights01).relu()
    let layer2 = layer1.matmul(weights12)
    page.show("first-layer-1", layer1, as: "layer1")
    page.show("first-layer-2", layer2, as: "layer2")

    page.heading("Backpropagation by hand")
    page.say(
      "`layer2Delta` says how far the prediction should rise or fall; sent back through the same "
        + "weights, and stopped where ReLU gave zero, it becomes `layer1Delta`. The error is summed "
        + "over the four rows, while the weights already change from row to row.")
    let adding = trainAdding()
    page.print(printedErrors(adding.errors))
    page.show("errors", everyTenth(adding.errors), as: "errors of iterations 10, 20 … 60")
    page.slip(
      "sign-comment", course: "walk_vs_stop - layer_2    # prediction - true",
      right: "true - prediction",
      why: "The comment names the difference the wrong way round. Taken as true − prediction it is "
        + "the negative of the gradient, so the step is added; the notebook's last cell takes "
        + "prediction − true, which is the gradient, and subtracts the step.")

    page.heading("The other sign")
    page.say("With `layer2 - walkVsStop` the deltas are gradients, and the steps are subtracted.")
    let subtracting = trainSubtracting()
    page.show("errors-subtracting", everyTenth(subtracting.errors), as: "errors, subtracting")

    page.heading("The same by backward()")
    page.say(
      "`squaredError` is half the squared difference, so that its gradient is the difference "
        + "itself, as in the notebook. `backward()` finds what both deltas and both outer products "
        + "give.")
    let automatic = trainWithBackward()
    page.show("errors-backward", everyTenth(automatic.errors), as: "errors, backward()")
    page.show(
      "weights-agree",
      automatic.weights01.isClose(to: adding.weights01, relativeTolerance: 1e-12)
        && automatic.weights12.isClose(to: adding.weights12, relativeTolerance: 1e-12),
      as: "the same weights after 60 iterations")

    page.heading("What it learned")
    let predictions = streetlights.matmul(adding.weights01).relu().matmul(adding.weights12)
    page.show("predictions", predictions, as: "predictions")
    page.figure("error", errorFigure(adding.errors), caption: "The error falls 42,000-fold.")
    page.figure(
      "predictions-curve", predictionFigure(adding.predictions),
      caption: "The four predictions find their way to 1 (walk) and 0 (stop).")
  }

  /// The weights that the notebook starts from.
  func initialWeights() -> (weights01: Tensor, weights12: Tensor) {
    var random = NumPyRandom(seed: 1)
    return (
      2 * Tensor(random.random(3 * hiddenSize), shape: [3, hiddenSize], scalarType: .float64) - 1,
      2 * Tensor(random.random(hiddenSize), shape: [hiddenSize, 1], scalarType: .float64) - 1
    )
  }

  /// What training leaves: the weights, and for each iteration the error and the predictions.
  struct Result {
    var weights01: Tensor
    var weights12: Tensor
    var errors: [Double] = []
    var predictions: [[Double]] = []
  }

  /// The notebook's first loop: delta = true − prediction, and steps are added.
  func trainAdding() -> Result {
    var (weights01, weights12) = initialWeights()
    var result = Result(weights01: weights01, weights12: weights12)
    for _ in 0..<iterations {
      var layer2Error = 0.0
      var predictions: [Double] = []
      for i in 0..<4 {
        let layer0 = streetlights[i..<i + 1]
        let layer1 = layer0.matmul(weights01).relu()
        let layer2 = layer1.matmul(weights12)

        layer2Error += (layer2 - walkVsStop[i..<i + 1]).squared().sum().item
        predictions.append(layer2.item)

        let layer2Delta = walkVsStop[i..<i + 1] - layer2
        let layer1Delta = layer2Delta.matmul(weights12.transposed()) * layer1.step()

        weights12 += alpha * layer1.transposed().matmul(layer2Delta)
        weights01 += alpha * layer0.transposed().matmul(layer1Delta)
      }
      result.errors.append(layer2Error)
      result.predictions.append(predictions)
    }
    (result.weights01, result.weights12) = (weights01, weights12)
    return result
  }

  /// The notebook's last loop: delta = prediction − true, and steps are subtracted.
  func trainSubtracting() -> Result {
    var (weights01, weights12) = initialWeights()
    var errors: [Double] = []
    for _ in 0..<iterations {
      var layer2Error = 0.0
      for i in 0..<4 {
        let layer0 = streetlights[i..<i + 1]
        let layer1 = layer0.matmul(weights01).relu()
        let layer2 = layer1.matmul(weights12)

        layer2Error += (layer2 - walkVsStop[i..<i + 1]).squared().sum().item

        let layer2Delta = layer2 - walkVsStop[i..<i + 1]
        let layer1Delta = layer2Delta.matmul(weights12.transposed()) * layer1.step()

        weights12 -= alpha * layer1.transposed().matmul(layer2Delta)
        weights01 -= alpha * layer0.transposed().matmul(layer1Delta)
      }
      errors.append(layer2Error)
    }
    return Result(weights01: weights01, weights12: weights12, errors: errors)
  }

  /// The same without a derivative written down.
  func trainWithBackward() -> Result {
    let (weights01, weights12) = initialWeights()
    let hidden = Linear(weight: weights01.array)
    let output = Linear(weight: weights12.array)
    let network = Sequential {
      hidden
      ReLU()
      output
    }
    let optimizer = SGD(for: network, learningRate: alpha)
    var errors: [Double] = []
    for _ in 0..<iterations {
      var error = 0.0
      for i in 0..<4 {
        let loss = squaredError(
          predictions: network(streetlights[i..<i + 1]), targets: walkVsStop[i..<i + 1])
        optimizer.update(using: loss.backward())
        error += 2 * loss.item
      }
      errors.append(error)
    }
    return Result(
      weights01: hidden.weight.tensor.detached, weights12: output.weight.tensor.detached,
      errors: errors)
  }

  func everyTenth(_ errors: [Double]) -> [Double] {
    stride(from: 9, to: errors.count, by: 10).map { errors[$0] }
  }

  func printedErrors(_ errors: [Double]) -> String {
    everyTenth(errors).map { "Error:\($0)" }.joined(separator: "\n")
  }

  func errorFigure(_ errors: [Double]) -> Figure {
    var figure = Figure()
    let iterations = (1...errors.count).map(Double.init)
    let tenths = iterations.filter { $0.truncatingRemainder(dividingBy: 10) == 0 }
    figure.plot(iterations, errors, label: "error")
    figure.scatter(tenths, everyTenth(errors), label: "printed by the notebook", color: .vermilion)
    figure.yscale = .log
    figure.grid = true
    figure.title = "Squared error, summed over the four rows"
    figure.xlabel = "iteration"
    figure.ylabel = "error"
    return figure
  }

  func predictionFigure(_ predictions: [[Double]]) -> Figure {
    var figure = Figure()
    let iterations = (1...predictions.count).map(Double.init)
    for (i, lights) in ["1 0 1: walk", "0 1 1: walk", "0 0 1: stop", "1 1 1: stop"].enumerated() {
      figure.plot(
        iterations, predictions.map { $0[i] }, label: lights, style: i < 2 ? .solid : .dashed)
    }
    figure.legend(.outside)
    figure.grid = true
    figure.title = "Prediction for each row of lights"
    figure.xlabel = "iteration"
    figure.ylabel = "prediction"
    return figure
  }
}
