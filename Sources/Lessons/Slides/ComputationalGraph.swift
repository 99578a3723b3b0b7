import Backprop

/// Shopping on a computational graph: prices forward, derivatives backward.
struct ComputationalGraph: Lesson {
  let name = "computational-graph"
  let title = "Shopping on a graph"
  let summary = "apples and oranges: prices forward, derivatives backward"
  let source = "Slides, 05 Backpropagation"

  func run(on page: LessonPage) {
    apples(page)
    applesAndOranges(page)
    chainRule(page)
    nodes(page)
  }

  private func apples(_ page: LessonPage) {
    page.heading("Two apples")
    page.say(
      "An apple costs 100, there are 2, and the tax is 10 %. The slide has a class for each kind "
        + "of node. Here `*` and `+` remember what they multiplied and added, and `backward` "
        + "visits them in reverse.")
    let apple = number(100, "apple")
    let count = number(2, "apple_num")
    let tax = number(1.1, "tax")
    let applePrice = apple * count
    let price = applePrice * tax
    let gradients = price.backward(keepingIntermediates: true)
    page.graph(
      "apples", svg: GraphDrawing(of: price, gradients: gradients).svg(),
      caption: "Prices run forward along the edges, derivatives of the price back.")
    page.show("apple-price", applePrice.item, as: "apple * apple_num")
    page.show("price", price.item, as: "price")
    page.show("dApplePrice", gradients[applePrice].item, as: "dApple_price")
    page.show("dApple", gradients[apple].item, as: "dApple")
    page.show("dAppleNum", gradients[count].item, as: "dApple_num")
    page.show("dTax", gradients[tax].item, as: "dTax")
    page.say(
      "An apple that costs 1 more makes 2.2 more to pay: 222.2 instead of 220. A tax higher by 1, "
        + "that is by 100 %, makes 200 more: mind the units.")
    page.show("dearer", (number(101, "apple") * count * tax).item, as: "price of apples at 101")
    page.slip(
      "int-price", course: Int(100.0 * 2 * 1.15), right: Int((100.0 * 2 * 1.15).rounded()),
      why: "The slide prints int(price), which cuts off. With a tax of 10 % the price is "
        + "220.00000000000003 and nothing is lost; with 15 % it is 229.99999999999997 and the "
        + "cut-off price is 1 too low. Round instead.")
  }

  private func applesAndOranges(_ page: LessonPage) {
    page.heading("Two apples and three oranges")
    let apple = number(100, "apple")
    let appleCount = number(2, "apple_num")
    let orange = number(150, "orange")
    let orangeCount = number(3, "orange_num")
    let tax = number(1.1, "tax")
    let price = (apple * appleCount + orange * orangeCount) * tax
    let gradients = price.backward(keepingIntermediates: true)
    page.graph(
      "apples-and-oranges", svg: GraphDrawing(of: price, gradients: gradients).svg(),
      caption: "The addition passes what arrives to both fruits, each multiplication swaps.")
    page.show("both-price", price.item, as: "price")
    page.show("both-dApple", gradients[apple].item, as: "dApple")
    page.show("both-dAppleNum", gradients[appleCount].item, as: "dApple_num")
    page.show("both-dOrange", gradients[orange].item, as: "dOrange")
    page.show("both-dOrangeNum", gradients[orangeCount].item, as: "dOrange_num")
    page.show("both-dTax", gradients[tax].item, as: "dTax")
  }

  private func chainRule(_ page: LessonPage) {
    page.heading("The chain rule")
    page.say(
      "z = t² with t = x + y. Going back, each node multiplies what arrives by its own "
        + "derivative: ∂z/∂x = 2t · 1 = 2(x + y).")
    let x = number(1, "x")
    let y = number(2, "y")
    let t = x + y
    let z = t * t
    let gradients = z.backward(keepingIntermediates: true)
    page.graph(
      "chain-rule", svg: GraphDrawing(of: z, gradients: gradients).svg(),
      caption: "z = t² as t · t: what comes back to t is the sum of both ways, 2t.")
    page.show("z", z.item, as: "z = (x + y)² at x = 1, y = 2")
    page.show("dz/dt", gradients[t].item, as: "∂z/∂t = 2t")
    page.show("dz/dx", gradients[x].item, as: "∂z/∂x = 2(x + y)")
    page.show("dz/dy", gradients[y].item, as: "∂z/∂y")
    page.slip(
      "local-derivative", course: "E · ∂L/∂x", right: "E · ∂y/∂x",
      why: "For a node y = f(x), the slide multiplies the arriving E by ∂L/∂x and calls it the "
        + "local derivative. Local is ∂y/∂x; E times it is ∂L/∂x, the result.")
  }

  private func nodes(_ page: LessonPage) {
    page.heading("The two kinds of node")
    page.say("Let 1.3 arrive at an addition and at a multiplication of 10 and 5.")
    let x = number(10, "x")
    let y = number(5, "y")
    let upstream = Tensor(1.3, scalarType: .float64)
    let sum = (x + y).backward(from: upstream)
    page.show("add-node", [sum[x].item, sum[y].item], as: "addition passes it on")
    let product = (x * y).backward(from: upstream)
    page.show(
      "multiply-node", [product[x].item, product[y].item],
      as: "multiplication multiplies it by the other input")
  }

  /// A number by which a derivative can be asked for.
  private func number(_ value: Double, _ name: String) -> Tensor {
    Tensor(value, scalarType: .float64).requiringGradient(named: name)
  }
}
