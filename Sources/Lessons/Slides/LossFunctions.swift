import Backprop

/// How wrong a result is: squared error and cross-entropy.
struct LossFunctions: Lesson {
  let name = "loss-functions"
  let title = "Loss functions"
  let summary = "squared error and cross-entropy of one prediction"
  let source = "Slides, 04 Loss Function"

  func run(on page: LessonPage) {
    let t = Tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], scalarType: .float64)
    let y = Tensor([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0], scalarType: .float64)

    page.heading("Squared error")
    page.say("E = ½ Σ (y - t)². The target is 2, and the network gives it 0.6.")
    let error = squaredError(predictions: y, targets: t)
    page.show("squared-error", error.item, as: "squaredError(predictions: y, targets: t)")
    page.slip(
      "mean", course: error.item, right: meanSquaredError(predictions: y, targets: t).item,
      why: "The slide calls this the mean squared error, and so does its function. It is half the "
        + "sum; the mean over the ten numbers is a tenth of the sum.")

    page.heading("Cross-entropy")
    page.say(
      "E = -Σ t ln y. Only the target's probability counts. The slide adds 1e-7 to keep away from "
        + "ln 0, which shows in the seventh digit.")
    let delta = 1e-7
    let entropy = -(t * (y + delta).log()).sum()
    page.show("cross-entropy", entropy.item, as: "-(t * (y + delta).log()).sum()")
    page.show("cross-entropy-exact", -Tensor(0.6, scalarType: .float64).log().item, as: "-ln 0.6")
    page.say(
      "The library's `crossEntropy` takes the numbers before softmax instead, and needs no delta.")
    let logits = Tensor([[0.3, 2.9, 4.0]], scalarType: .float64)
    let label = Tensor([2] as [Int32])
    page.show(
      "from-logits", crossEntropy(logits: logits, targets: label).item,
      as: "crossEntropy(logits: logits, targets: [2])")
    page.show(
      "from-softmax", -logits.softmax().log()[0, 2].item, as: "-logits.softmax().log()[0, 2]")

    page.heading("The better the prediction, the smaller the loss")
    let p = Tensor.range(from: 0.01, to: 1.001, by: 0.01, scalarType: .float64)
    var figure = Figure()
    figure.plot(p.doubles, (-p.log()).doubles, label: "−ln y")
    figure.plot(p.doubles, ((1 - p).squared() * 0.5).doubles, label: "½ (y − 1)²", style: .dashed)
    figure.scatter([0.6], [entropy.item], label: "the slide's y", color: .vermilion, size: 9)
    figure.xlabel = "y, the probability given to the target"
    figure.ylabel = "loss"
    figure.legend(.upperRight)
    page.figure(
      "losses", figure,
      caption: """
        Cross-entropy grows without bound as the target's probability nears 0; the target's part of \
        the squared error stops at ½.
        """)
  }
}
