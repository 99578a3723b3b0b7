import Backprop

/// A 3-2-2 network with weights written by hand, one step of backpropagation.
struct HandWeights: Lesson {
  let name = "hand-weights"
  let title = "One step with weights written by hand"
  let summary = "a 3-2-2 network: predictions, costs, deltas, differences and updated weights"
  let source = "Notebook 002, one step with weights written by hand"

  func run(on page: LessonPage) {
    let data = Tensor([[1.0], [2], [3]], scalarType: .float64)
    let target = Tensor([[0.5], [0.1]], scalarType: .float64)
    let w = [
      Tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], scalarType: .float64),
      Tensor([[0.7, 0.8], [0.9, 0.1]], scalarType: .float64),
    ]
    let b = [0.5, 0.3]

    page.heading("Inputs, targets, weights")
    page.show("data", data, as: "data")
    page.show("target", target, as: "target")
    page.show("w-0", w[0], as: "w[0]")
    page.show("w-1", w[1], as: "w[1]")
    page.show("b", b, as: "b")

    page.heading("Forward")
    page.say(
      "Each layer computes sigmoid(wᵀ · input + b). Both units of a layer share one bias, the "
        + "number `b[i][0]`.")
    let hiddenOutputs = forward(data, w, b)
    let predict = hiddenOutputs[2]
    page.show("predict", predict, as: "predict")
    page.show("hidden-output-0", hiddenOutputs[0], as: "hiddenOutputs[0]")
    page.show("hidden-output-1", hiddenOutputs[1], as: "hiddenOutputs[1]")

    page.heading("Cost")
    page.say(
      "Half the squared error of each output. (The notebook calls it `error_squared_sum`, though it "
        + "does not sum.)")
    let cost = 0.5 * (predict - target).squared()
    page.show("cost", cost, as: "0.5 * (predict - target)²")

    page.heading("Deltas")
    page.say(
      "The change of the cost with each unit's input, from the last layer back. The derivative of "
        + "the sigmoid is taken from its result: y (1 − y).")
    let outputDelta = (predict - target) * sigmoidDerivative(predict)
    let hiddenDelta = w[1].matmul(outputDelta) * sigmoidDerivative(hiddenOutputs[1])
    page.show("delta-output", outputDelta, as: "outputDelta")
    page.show("delta-hidden", hiddenDelta, as: "hiddenDelta")

    page.heading("Differences")
    page.say(
      "The change of the cost with a weight is the delta of the unit that it leads to, times the "
        + "output that it comes from. The notebook keeps these matrices transposed.")
    let outputDifference = outputDelta.matmul(hiddenOutputs[1].transposed())
    let hiddenDifference = hiddenDelta.matmul(hiddenOutputs[0].transposed())
    page.show("w-diff-output", outputDifference, as: "outputDifference")
    page.show("w-diff-hidden", hiddenDifference, as: "hiddenDifference")

    page.say("For the biases the notebook sums delta · b:")
    let courseBias = [(hiddenDelta * b[0]).sum().item, (outputDelta * b[1]).sum().item]
    page.show("b-diff-course", courseBias, as: "b_diff of the notebook")
    let bias = [hiddenDelta.sum().item, outputDelta.sum().item]
    page.slip(
      "b-diff", course: courseBias, right: bias,
      why: "A bias is added, so a unit's input changes by 1 when it does: the factor is 1, not the "
        + "bias itself. With it, a bias of 0 could never be learned.")

    page.heading("The update")
    page.say("Weights and biases less their differences: a learning rate of 1.")
    let newW = [w[0] - hiddenDifference.transposed(), w[1] - outputDifference.transposed()]
    let courseB = zip(b, courseBias).map { $0 - $1 }
    page.show("new-w-0", newW[0], as: "new_w[0]")
    page.show("new-w-1", newW[1], as: "new_w[1]")
    page.show("new-b-course", courseB, as: "new_b of the notebook")
    let newB = zip(b, bias).map { $0 - $1 }
    page.slip(
      "new-b", course: courseB, right: newB,
      why: "The same step with the biases' own gradients.")

    page.heading("The same by backward()")
    page.say(
      "One `squaredError` for both outputs, and `backward()` gives every difference. It agrees with "
        + "the notebook's weights and with the corrected biases.")
    let weights = w.map { $0.requiringGradient() }
    let biases = b.map { Tensor($0, scalarType: .float64).requiringGradient() }
    let hidden = (weights[0].transposed().matmul(data) + biases[0]).sigmoid()
    let output = (weights[1].transposed().matmul(hidden) + biases[1]).sigmoid()
    let gradients = squaredError(predictions: output, targets: target).backward()
    page.show("gradient-w-0", gradients[weights[0]], as: "gradients[w[0]]")
    page.show("gradient-w-1", gradients[weights[1]], as: "gradients[w[1]]")
    page.show("gradient-b", biases.map { gradients[$0].item }, as: "gradients[b]")
    page.show(
      "agree",
      gradients[weights[0]].isClose(to: hiddenDifference.transposed(), relativeTolerance: 1e-13)
        && gradients[weights[1]].isClose(
          to: outputDifference.transposed(), relativeTolerance: 1e-13)
        && Tensor(biases.map { gradients[$0].item }, scalarType: .float64).isClose(
          to: Tensor(bias, scalarType: .float64), relativeTolerance: 1e-13),
      as: "the same as by hand")

    page.heading("Does the step help?")
    let before = cost.sum().item
    let afterCourse = halfSquaredError(forward(data, newW, courseB)[2], target)
    let after = halfSquaredError(forward(data, newW, newB)[2], target)
    page.show("cost-before", before, as: "cost before")
    page.show("cost-after-course", afterCourse, as: "cost after the notebook's step")
    page.show("cost-after", after, as: "cost after the right step")
    page.say("Both steps help; the right one helps more.")

    page.heading("A third layer")
    page.say(
      "The notebook's `cal_delta` and `forward_cal` loop over any number of layers, but the loop "
        + "takes `w[0]`, the last weights, at every step. With two layers that is the right matrix. "
        + "With a third layer of weights [[0.2, 0.4], [0.6, 0.8]] it is not:")
    deltasOfThreeLayers(
      page, data, target,
      w + [Tensor([[0.2, 0.4], [0.6, 0.8]], scalarType: .float64)], b + [0.1])

    page.figure(
      "costs", costFigure(before, afterCourse, after),
      caption: "The cost of both outputs, before the step and after it.")
  }

  /// The notebook's `forward_cal`: the data and what each layer makes of it.
  func forward(_ data: Tensor, _ w: [Tensor], _ b: [Double]) -> [Tensor] {
    var outputs = [data]
    for i in w.indices {
      let hiddenInput = w[i].transposed().matmul(outputs[i]) + b[i]
      outputs.append(hiddenInput.sigmoid())
    }
    return outputs
  }

  /// The notebook's `sigmoid_diff`, which takes the sigmoid's result.
  func sigmoidDerivative(_ y: Tensor) -> Tensor { y * (1 - y) }

  func halfSquaredError(_ predict: Tensor, _ target: Tensor) -> Double {
    squaredError(predictions: predict, targets: target).item
  }

  /// The delta of the first hidden layer with the notebook's `w[0]`, and with the weights that
  /// belong there.
  func deltasOfThreeLayers(
    _ page: LessonPage, _ data: Tensor, _ target: Tensor, _ w: [Tensor], _ b: [Double]
  ) {
    let outputs = forward(data, w, b)
    let delta3 = (outputs[3] - target) * sigmoidDerivative(outputs[3])
    let delta2 = w[2].matmul(delta3) * sigmoidDerivative(outputs[2])
    let courseDelta1 = w[2].matmul(delta2) * sigmoidDerivative(outputs[1])
    let delta1 = w[1].matmul(delta2) * sigmoidDerivative(outputs[1])
    page.slip(
      "delta-three-layers", course: courseDelta1, right: delta1,
      why: "Layer i's delta comes back through the weights that leave layer i. The index has to be "
        + "`w[i]` (of the reversed list), not `w[0]`.")
    let w0 = w[0].requiringGradient()
    let loss = squaredError(predictions: forward(data, [w0] + w.dropFirst(), b)[3], targets: target)
    page.show(
      "delta-three-layers-agree",
      loss.backward()[w0].transposed().isClose(
        to: delta1.matmul(data.transposed()), relativeTolerance: 1e-13),
      as: "backward() agrees with the right one")
  }

  func costFigure(_ before: Double, _ course: Double, _ right: Double) -> Figure {
    var figure = Figure(width: 560, height: 380)
    figure.bar(
      ["before", "the notebook's biases", "the right biases"], [before, course, right],
      showsValues: true)
    figure.title = "Half the squared error of both outputs"
    figure.ylabel = "cost"
    return figure
  }
}
