import Backprop

/// Slopes by trying: differences, a tangent, partial derivatives and a field of gradients.
struct NumericalDifferentiation: Lesson {
  let name = "numerical-differentiation"
  let title = "Slopes by trying"
  let summary = "central differences, a tangent, partial derivatives, a field of arrows"
  let source = "Slides, 04 Loss Function"

  /// The slope of f at x by the difference of the values at x + h and x - h.
  private func numericalDiff(_ f: (Double) -> Double, _ x: Double) -> Double {
    let h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)
  }

  private func function1(_ x: Double) -> Double { 0.01 * x * x + 0.1 * x }

  func run(on page: LessonPage) {
    rounding(page)
    tangent(page)
    partialDerivatives(page)
    gradientField(page)
  }

  private func rounding(_ page: LessonPage) {
    page.heading("A step that is too small")
    page.say("The slope of f(x) = 0.01x² + 0.1x at 5 is 0.2.")
    let h = 1e-50
    page.slip(
      "h-too-small", course: (function1(5 + h) - function1(5)) / h,
      right: numericalDiff(function1, 5),
      why: "With h = 1e-50, 5 + h is 5 again: sixteen digits cannot hold both. The slide's second "
        + "program takes h = 1e-4 and looks to both sides, where the errors of first order cancel.")
    let cube = { (x: Double) in x * x * x }
    let steps = (1...33).reduce(into: [1.0]) { steps, _ in steps.append(steps.last! / 3) }
    let oneSided = steps.map { h in abs((cube(5 + h) - cube(5)) / h - 75) }
    let central = steps.map { h in abs((cube(5 + h) - cube(5 - h)) / (2 * h) - 75) }
    var figure = Figure()
    figure.plot(steps, oneSided, label: "(f(x + h) − f(x)) / h", marker: .circle)
    figure.plot(steps, central, label: "(f(x + h) − f(x − h)) / 2h", marker: .square)
    figure.xscale = .log
    figure.yscale = .log
    figure.xlabel = "h"
    figure.ylabel = "error of the slope"
    page.figure(
      "errors", figure,
      caption: """
        The error of the slope of x³ at 5. From the right it falls with h, twice as fast for the \
        central difference, until rounding takes over and it grows again.
        """)
  }

  private func tangent(_ page: LessonPage) {
    page.heading("A tangent")
    let slope = numericalDiff(function1, 5)
    page.show("slope-at-5", slope, as: "numericalDiff(function1, 5)")
    let intercept = function1(5) - slope * 5
    page.show("intercept", intercept, as: "f(5) - slope * 5")
    let x = Tensor.range(from: 0, to: 20, by: 0.1, scalarType: .float64).doubles
    var figure = Figure()
    figure.plot(x, x.map(function1), label: "f(x) = 0.01x² + 0.1x")
    figure.plot(x, x.map { slope * $0 + intercept }, label: "tangent at 5", style: .dashed)
    figure.scatter([5], [function1(5)], color: .vermilion, size: 8)
    figure.xlabel = "x"
    figure.ylabel = "f(x)"
    figure.legend(.upperLeft)
    page.figure("tangent", figure, caption: "The function and its tangent at 5.")
    let g = { (x: Double) in x + 1 }
    page.show("lambda", g(2), as: "g(2) with g = lambda x: x + 1")
  }

  private func partialDerivatives(_ page: LessonPage) {
    page.heading("Partial derivatives")
    page.say(
      "For f(x₀, x₁) = x₀² + x₁² at (3, 4): hold one variable, and differentiate by the other.")
    page.show("partial-0", numericalDiff({ $0 * $0 + 4.0 * 4.0 }, 3), as: "∂f/∂x₀ at (3, 4)")
    page.show("partial-1", numericalDiff({ 3.0 * 3.0 + $0 * $0 }, 4), as: "∂f/∂x₁ at (3, 4)")
    page.say("The library does this for any function of tensors, and backpropagation is exact.")
    let x = Tensor([3, 4], scalarType: .float64)
    let gradient = numericalGradient(at: [x.array]) { $0[0].squared().sum() }
    page.show("gradient", Tensor(gradient[0]), as: "numericalGradient(at: [3, 4])")
    let z = x.requiringGradient()
    page.show("backward", z.squared().sum().backward()[z], as: "z.squared().sum().backward()[z]")

    let grid = Tensor.range(from: -3, to: 3, by: 0.25, scalarType: .float64).doubles + [3]
    var figure = Figure(width: 640, height: 520)
    figure.surface(grid, grid, colorMap: .coolwarm) { $0 * $0 + $1 * $1 }
    figure.xlabel = "x₀"
    figure.ylabel = "x₁"
    figure.zlabel = "f"
    page.figure("surface", figure, caption: "f(x₀, x₁) = x₀² + x₁²: a bowl with its bottom at 0.")
    page.slip(
      "gca", course: "fig.gca(projection='3d')", right: "fig.add_subplot(projection='3d')",
      why: "Matplotlib's `gca` takes no projection since version 3.6.")
  }

  private func gradientField(_ page: LessonPage) {
    page.heading("A field of gradients")
    page.say(
      "At 18 × 18 points: the negative gradient, which points to where f falls fastest.")
    let ticks = Tensor.range(from: -2, to: 2.5, by: 0.25, scalarType: .float64).doubles
    let points = ticks.flatMap { y in ticks.map { [$0, y] } }
    // One row a point: f of every point at once, summed, has each point's gradient in its row.
    let x = Tensor(points, scalarType: .float64).requiringGradient()
    let gradient = x.squared().sum().backward()[x]
    let down = -gradient
    page.show("field-shape", down.shape.description, as: "gradient.shape")
    page.show("field-corner", gradient[0], as: "gradient at (-2, -2)")
    var figure = Figure(width: 560, height: 540)
    figure.quiver(
      points.map { $0[0] }, points.map { $0[1] }, down[.all, 0].doubles, down[.all, 1].doubles,
      color: .muted)
    figure.xlim = -2...2
    figure.ylim = -2...2
    figure.xlabel = "x0"
    figure.ylabel = "x1"
    figure.grid = true
    figure.aspect = .equal
    page.figure("field", figure, caption: "Every arrow points to the minimum at (0, 0).")

    let coordinates = x.detached.transposed().doubles
    let row = Array(coordinates[0..<points.count])
    let h = 1e-4
    let total = row.reduce(0) { $0 + $1 * $1 }
    let asOnePoint = row.map { value in
      let up = total - value * value + (value + h) * (value + h)
      let under = total - value * value + (value - h) * (value - h)
      return (up - under) / (2 * h)
    }
    let pointByPoint = row.map { value in numericalDiff({ $0 * $0 }, value) }
    func largestError(_ slopes: [Double]) -> Double {
      zip(slopes, row).map { abs($0 - 2 * $1) }.max()!
    }
    page.slip(
      "field-as-one-point", course: largestError(asOnePoint), right: largestError(pointByPoint),
      why: "The largest error of the gradient. The slide passes `np.array([X, Y])`, and its "
        + "function takes each row, all 324 values of x₀, for one point. For a sum of squares "
        + "the gradient is right all the same, with a larger rounding error; for x₀·x₁ it would "
        + "be wrong.")
  }
}
