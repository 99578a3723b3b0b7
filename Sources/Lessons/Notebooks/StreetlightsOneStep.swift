import Backprop

/// One iteration of backpropagation with every array on the way.
struct StreetlightsOneStep: Lesson {
  let name = "streetlights-one-step"
  let title = "One iteration of backpropagation"
  let summary = "one step of the streetlights network, with every array on the way"
  let source = "Notebook 000, a first deep network"

  func run(on page: LessonPage) {
    let lights = Tensor(
      [
        [1.0, 0, 1],
        [0, 1, 1],
        [0, 0, 1],
        [1, 1, 1],
      ], scalarType: .float64)
    let walkStop = Tensor([[1.0, 1, 0, 0]], scalarType: .float64).transposed()
    let alpha = 0.2
    let hiddenSize = 3

    page.heading("Weights")
    page.say("Three hidden units this time. The weights lie between −1 and 1.")
    var random = NumPyRandom(seed: 1)
    var weights01 =
      2 * Tensor(random.random(3 * hiddenSize), shape: [3, hiddenSize], scalarType: .float64) - 1
    var weights12 =
      2 * Tensor(random.random(hiddenSize), shape: [hiddenSize, 1], scalarType: .float64) - 1
    let (start01, start12) = (weights01, weights12)
    page.show("weights-0-1", weights01, as: "weights01")
    page.show("weights-1-2", weights12, as: "weights12")

    page.heading("Forward")
    page.say("The first row of lights goes through the network. ReLU lets one hidden unit pass.")
    let layer0 = lights[0..<1]
    let sums = layer0.matmul(weights01)
    let layer1 = sums.relu()
    let layer2 = layer1.matmul(weights12)
    let error = (layer2 - walkStop[0..<1]).squared()
    page.show("layer-0", layer0, as: "layer0")
    page.show("layer-1-sums", sums, as: "layer0.matmul(weights01)")
    page.show("layer-1", layer1, as: "layer1")
    page.show("layer-2", layer2, as: "layer2")
    page.show("error", error, as: "error")

    page.heading("Backward")
    page.say(
      "The prediction's delta goes back through `weights12`; only the unit that passed something on "
        + "gets a share of it.")
    let layer2Delta = layer2 - walkStop[0..<1]
    var layer1Delta = layer2Delta.matmul(weights12.transposed())
    page.show("layer-2-delta", layer2Delta, as: "layer2Delta")
    page.show("layer-1-delta-before", layer1Delta, as: "layer2Delta.matmul(weights12.transposed())")
    layer1Delta *= layer1.step()
    page.show("layer-1-delta", layer1Delta, as: "layer1Delta")

    let weightDelta12 = layer1.transposed().matmul(layer2Delta)
    let weightDelta01 = layer0.transposed().matmul(layer1Delta)
    page.show("weight-delta-1-2", weightDelta12, as: "weightDelta12")
    page.show("weight-delta-0-1", weightDelta01, as: "weightDelta01")

    page.heading("The step")
    weights12 -= alpha * weightDelta12
    weights01 -= alpha * weightDelta01
    page.show("new-weights-0-1", weights01, as: "weights01")
    page.show("new-weights-1-2", weights12, as: "weights12")
    let after = layer0.matmul(weights01).relu().matmul(weights12)
    page.show("prediction-after", after, as: "the prediction with the new weights")
    page.say("The prediction has risen towards 1, for this row.")

    page.heading("The same by backward()")
    page.say(
      "Weights that ask for a gradient, a forward pass, and `backward()`. The notebook's delta is "
        + "the gradient of half the squared error, ½ (prediction − true)², which is `squaredError`."
    )
    let w01 = start01.requiringGradient(named: "weights01")
    let w12 = start12.requiringGradient(named: "weights12")
    let loss = squaredError(
      predictions: layer0.matmul(w01).relu().matmul(w12), targets: walkStop[0..<1])
    let gradients = loss.backward()
    page.show("gradient-1-2", gradients[w12], as: "gradients[weights12]")
    page.show("gradient-0-1", gradients[w01], as: "gradients[weights01]")
    page.show(
      "agree",
      gradients[w12].isClose(to: weightDelta12, relativeTolerance: 1e-14)
        && gradients[w01].isClose(to: weightDelta01, relativeTolerance: 1e-14),
      as: "the same as by hand")
    page.figure(
      "weights", weightsFigure(before: start01, gradient: weightDelta01, after: weights01),
      caption:
        "weights01 before the step, its gradient, and after: the column of the one unit that "
        + "passed something on changes, in the rows of the two lights that were lit.")
  }

  func weightsFigure(before: Tensor, gradient: Tensor, after: Tensor) -> Figure {
    var figure = Figure(width: 960, height: 340, rows: 1, columns: 3)
    let parts = [("weights01", before), ("weightDelta01", gradient), ("new weights01", after)]
    for (column, (title, matrix)) in parts.enumerated() {
      figure[0, column].heatMap(
        (0..<3).map { matrix[$0].doubles }, rowLabels: ["light 1", "light 2", "light 3"],
        columnLabels: ["unit 1", "unit 2", "unit 3"], colorMap: .coolwarm, limits: -1...1,
        decimals: 3)
      figure[0, column].title = title
    }
    return figure
  }
}
