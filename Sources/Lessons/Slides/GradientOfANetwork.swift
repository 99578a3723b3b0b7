// The names are the course's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Backprop

/// The gradient of a loss by a network's weights, numerically and by backpropagation.
struct GradientOfANetwork: Lesson {
  let name = "gradient-of-a-network"
  let title = "The gradient of a network"
  let summary = "simpleNet: the loss by its six weights, by trying and backwards"
  let source = "Slides, 04 Loss Function"

  /// The slide's simpleNet: the loss of one example, softmax and cross-entropy after a product.
  private func loss(_ x: Tensor, _ W: Tensor, _ t: Tensor) -> Tensor {
    crossEntropy(logits: x.matmul(W), targets: t)
  }

  func run(on page: LessonPage) {
    page.heading("Six weights")
    page.say(
      "A loss that depends on the weights has a slope by each of them; together they have the "
        + "shape of W. The slide's weights are random and not seeded; these are NumPy's with seed 0."
    )
    var random = NumPyRandom(seed: 0)
    let W = Tensor(random.randn(6), shape: [2, 3], scalarType: .float64)
    let x = Tensor([[0.6, 0.9]], scalarType: .float64)
    let t = Tensor([[0, 0, 1]], scalarType: .float64)
    page.show("W", W)
    page.show("prediction", x.matmul(W)[0], as: "x.matmul(W)")
    page.show("softmax", x.matmul(W).softmax()[0], as: "softmax")
    page.show("loss", loss(x, W, t).item, as: "loss(x, W, t)")
    page.slip(
      "label", course: "t = np.array([0, 1])", right: t[0],
      why: "The network tells three classes apart, and the slide's label has two entries: NumPy "
        + "refuses to multiply (2,) with (3,). The slide's figures below were made with [0, 0, 1].")

    page.heading("By trying")
    let numerical = Tensor(numericalGradient(at: [W.array]) { loss(x, $0[0], t) }[0])
    page.show("numerical", numerical, as: "numericalGradient(at: [W])")

    page.heading("Backwards")
    let weights = W.requiringGradient(named: "W")
    let dW = loss(x, weights, t).backward()[weights]
    page.show("dW", dW, as: "loss.backward()[W]")
    let difference = zip(dW.doubles, numerical.doubles).map { abs($0 - $1) }.max()!
    page.show("difference", difference, as: "the largest difference")
    page.say("The same numbers, from one walk back instead of twelve losses.")

    courseFigures(page, x, t)
  }

  /// The slide's dW gives its softmax away, and from that its own gradient follows.
  private func courseFigures(_ page: LessonPage, _ x: Tensor, _ t: Tensor) {
    page.heading("The slide's own figures")
    page.say(
      "dW is xᵀ(y - t). So a row of the slide's dW, divided by its x, is y - t, and adding t "
        + "gives the y of a run whose weights are lost. Weights that give this y give the slide's dW again."
    )
    let firstRow = Tensor([0.37337484, 0.19236272, -0.56660066], scalarType: .float64)
    let secondRow = Tensor([0.56060691, 0.28929408, -0.84990099], scalarType: .float64)
    let y = secondRow / 0.9 + t[0]
    page.show("course-y", y, as: "y of the slide")
    page.show("course-y-sum", y.sum().item, as: "its sum")
    // xᵀ ln y / |x|² is a W with xW = ln y, and softmax(ln y) is y.
    let W = x.transposed().matmul(y.log().reshaped(to: [1, 3])) / x.squared().sum().item
    let weights = W.requiringGradient(named: "W")
    let dW = loss(x, weights, t).backward()[weights]
    page.show("course-dW", dW, as: "dW with such weights")
    page.slip(
      "course-first-row", course: firstRow, right: dW[0],
      why: "The first row must be 0.6 / 0.9 of the second, and y - t adds up to 0. The second row "
        + "does; the first, as it stands on the slide, adds up to -0.0009: digits were copied wrong."
    )
  }
}
