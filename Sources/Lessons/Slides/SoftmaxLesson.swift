import Backprop

/// Softmax: from the last layer's numbers to probabilities.
struct SoftmaxLesson: Lesson {
  let name = "softmax"
  let title = "Softmax"
  let summary = "from numbers to probabilities, without overflow"
  let source = "Slides, 03 Forward Propagation"

  func run(on page: LessonPage) {
    page.heading("By its formula")
    page.say("For a choice between classes the last layer's numbers become shares of one.")
    let a = Tensor([0.3, 2.9, 4.0], scalarType: .float64)
    let expA = a.exp()
    let sumExpA = expA.sum()
    page.show("exp", expA, as: "exp_a = a.exp()")
    page.show("sum-exp", sumExpA.item, as: "sum_exp_a = exp_a.sum()")
    page.show("y", expA / sumExpA, as: "y = exp_a / sum_exp_a")

    page.heading("Without overflow")
    page.say(
      "exp(1000) is more than 64 bits hold. Subtracting the largest number first changes nothing "
        + "in the result, as top and bottom of the fraction shrink alike.")
    let large = Tensor([1010.0, 1000.0, 990.0], scalarType: .float64)
    page.show("exp-1000", Tensor(1000, scalarType: .float64).exp().item, as: "exp(1000)")
    page.show(
      "overflow", large.exp() / large.exp().sum(), as: "by the formula, of [1010, 1000, 990]")
    let shifted = (large - large.max()).exp()
    page.show("shifted", shifted / shifted.sum(), as: "with the largest subtracted")

    page.heading("The library's softmax")
    let y = a.softmax()
    page.show("softmax", y, as: "a.softmax()")
    page.show("softmax-sum", y.sum().item, as: "a.softmax().sum()")
    page.show("softmax-large", large.softmax(), as: "large.softmax()")

    var figure = Figure(width: 520, height: 360)
    figure.bar(["a₁ = 0.3", "a₂ = 2.9", "a₃ = 4.0"], y.doubles, showsValues: true)
    figure.ylabel = "probability"
    page.figure("probabilities", figure, caption: "The largest number takes the largest share.")
  }
}
