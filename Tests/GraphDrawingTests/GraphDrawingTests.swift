import BackpropArrays
import Foundation
import Testing

import BackpropAutodiff
@testable import BackpropGraphDrawing

@Suite struct GraphDrawingTests {
  // MARK: - What is shown

  @Test func applesShowTheCoursesNumbers() {
    let drawing = SampleGraphs.apples()
    #expect(drawing.nodeCount == 5)
    #expect(drawing.edgeCount == 4)
    let svg = DrawingReader(drawing.svg())
    #expect(
      Set(svg.texts("graph-ink")) == [
        "apple", "number", "tax", "×", "100", "2", "1.1", "200", "220",
      ])
    #expect(svg.texts("graph-derivative").sorted() == ["1", "1.1", "110", "2.2", "200"])
    #expect(svg.elements.first { $0.name == "desc" }!.text.contains("the result is 220."))

    let dot = drawing.dot().split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(dot.contains("n0 -> n3 [label=<100<br/><font color=\"#b34700\">← 2.2</font>>]"))
    #expect(dot.contains("n1 -> n3 [label=<2<br/><font color=\"#b34700\">← 110</font>>]"))
    #expect(dot.contains("n3 -> n4 [label=<200<br/><font color=\"#b34700\">← 1.1</font>>]"))
    #expect(dot.contains("n2 -> n4 [label=<1.1<br/><font color=\"#b34700\">← 200</font>>]"))
    #expect(dot.contains("n4 -> result [label=<220<br/><font color=\"#b34700\">← 1</font>>]"))

    let mermaid = drawing.mermaid()
    #expect(mermaid.hasPrefix("flowchart LR\n  n0[\"apple\"]\n  n1[\"number\"]\n  n2[\"tax\"]\n"))
    #expect(mermaid.contains("  n3 -->|\"200<br/>← 1.1\"| n4\n"))
    #expect(mermaid.contains("  n2 -->|\"1.1<br/>← 200\"| n4\n"))
  }

  @Test func applesAndOrangesShowTheCoursesDerivatives() {
    let svg = DrawingReader(SampleGraphs.applesAndOranges().svg())
    #expect(
      svg.texts("graph-derivative").sorted()
        == ["1", "1.1", "1.1", "1.1", "110", "165", "2.2", "3.3", "650"])
    #expect(Set(svg.texts("graph-ink")).isSuperset(of: ["200", "450", "650", "715"]))
  }

  /// t · t: each edge brings back t, and their sum stands at t.
  @Test func sharedNodeIsDrawnOnceWithTheSumOfItsDerivatives() {
    let drawing = SampleGraphs.squareOfSum()
    #expect(drawing.nodeCount == 4)
    #expect(drawing.edgeCount == 4)
    let svg = DrawingReader(drawing.svg())
    #expect(svg.nodes.count == 4)
    #expect(svg.texts("graph-derivative").sorted() == ["1", "10", "10", "5", "5", "Σ 10"])
    #expect(drawing.dot().split(separator: "\n").count { $0.contains("n2 -> n3") } == 2)
  }

  /// f = x · y + x at x = 2, y = 3: x is asked for by both operations, which pass back y and 1.
  @Test func edgesShowTheirShareOfADerivative() {
    let x = Tensor(2).requiringGradient(named: "x")
    let y = Tensor(3).requiringGradient(named: "y")
    let sum = x * y + x
    let graph = RecordedGraph(of: sum, gradients: sum.backward(keepingIntermediates: true))
    #expect(graph.edges.map { $0.derivative!.item } == [3, 2, 1, 1])
    #expect(graph.vertices[0].derivative!.item == 4)
  }

  @Test func withoutGradientsOnlyValuesAreShown() {
    let x = Tensor(3).requiringGradient(named: "x")
    let svg = DrawingReader(GraphDrawing(of: x * x).svg())
    #expect(svg.texts("graph-derivative").isEmpty)
    #expect(svg.texts("graph-ink").sorted() == ["3", "3", "9", "x", "×"])
  }

  @Test func withoutIntermediatesTheLeavesHaveDerivatives() {
    let x = Tensor(3).requiringGradient(named: "x")
    let y = x * 2 + 1
    let svg = DrawingReader(GraphDrawing(of: y, gradients: y.backward()).svg())
    #expect(svg.texts("graph-derivative") == ["2"])
  }

  /// A parameter's node keeps no value; the drawing shows the one that was computed with.
  @Test func parametersShowTheValueThatWasUsed() {
    let weight = Parameter(NDArray([2, 3] as [Float]), named: "weight")
    let result = withAllNumbersKept { (weight.tensor * 10).sum() }
    weight.array = NDArray([7, 8] as [Float])
    let svg = DrawingReader(SampleGraphs.drawing(of: result).svg())
    #expect(Set(svg.texts("graph-ink")) == ["weight", "[2 3]", "×", "[20 30]", "sum", "50"])
    #expect(svg.texts("graph-derivative").sorted() == ["1", "[10 10]", "[1 1]"].sorted())
    #expect(svg.texts("graph-muted") == ["10"])
  }

  @Test func theSameConstantTwiceIsOneNode() {
    let x = Tensor([1, 2] as [Float]).requiringGradient(named: "x")
    let c = Tensor([3, 4] as [Float])
    #expect(GraphDrawing(of: withAllNumbersKept { (x * c + c).sum() }).nodeCount == 5)
    #expect(GraphDrawing(of: (x * 3 + 3).sum()).nodeCount == 6)
  }

  /// The graph keeps what gradients need: of a sum nothing, so that a weight and a vector that is
  /// added are known by their shape or not at all; a number of the source always.
  @Test func whatIsNotKeptIsShownByItsShape() {
    let weight = Parameter(NDArray([2, 3] as [Float]), named: "weight")
    let svg = DrawingReader(GraphDrawing(of: weight.tensor + Tensor([1, 2] as [Float]) + 5).svg())
    #expect(Set(svg.texts("graph-ink")).isSuperset(of: ["weight", "(2,)", "[8 10]"]))
    #expect(svg.texts("graph-muted").sorted() == ["5", "…"])
  }

  @Test func operationsShowTheirSettings() {
    let svg = DrawingReader(SampleGraphs.arrays().svg())
    #expect(Set(svg.texts("graph-muted")).isSuperset(of: ["axis 1", "[0, 2, 1]", "axes [0]"]))
    #expect(
      Set(svg.texts("graph-ink")).isSuperset(of: ["(2, 3, 4)", "(2, 4, 3)", "[0.25 −1 10⁻⁷]"]))
  }

  @Test func namesAreEscaped() {
    let name = "a<b> & \"c\" #1 \\n `d`"
    let x = Tensor(1).requiringGradient(named: name)
    let drawing = GraphDrawing(of: x + 1)
    let svg = DrawingReader(drawing.svg())
    #expect(svg.isValid)
    #expect(svg.texts("graph-ink").contains(name))
    #expect(drawing.dot().contains("[label=\"a<b> & \\\"c\\\" #1 \\\\n `d`\" shape=box"))
    #expect(
      drawing.mermaid().contains(
        "n0[\"a#lt;b#gt; #amp; #quot;c#quot; #35;1 #92;n #96;d#96;\"]"))
    let control = Tensor(1).requiringGradient(named: "two\nlines\u{1}")
    #expect(DrawingReader(GraphDrawing(of: control).svg()).isValid)
  }

  @Test func longNamesAreShortenedInTheBoxAndWholeInItsTitle() {
    let name = "encoder.layers.11.attention.output.weight"
    let svg = DrawingReader(GraphDrawing(of: Tensor(1).requiringGradient(named: name) + 1).svg())
    #expect(svg.texts("graph-ink").contains("encoder.laye…tput.weight"))
    #expect(svg.all("title").contains { $0.text == name + ": 1" })
  }

  // MARK: - How it looks

  @Test func nothingOverlapsOrLeavesThePicture() {
    for (name, drawing) in SampleGraphs.all {
      let svg = DrawingReader(drawing().svg())
      #expect(svg.isValid, "\(name)")
      let picture = DrawingReader.Box(
        left: 0, top: 0, right: svg.elements[0].number("width"),
        bottom: svg.elements[0].number("height"))
      let (nodes, texts) = (svg.nodes, svg.textBoxes)
      #expect(nodes.count == drawing().nodeCount, "\(name)")
      for (index, node) in nodes.enumerated() {
        #expect(picture.contains(node), "\(name): node \(index)")
        for other in nodes[..<index] { #expect(!node.overlaps(other), "\(name): node \(index)") }
      }
      for (index, text) in texts.enumerated() {
        #expect(picture.contains(text.box), "\(name): \(text.text)")
        for other in texts[..<index] {
          #expect(!text.box.overlaps(other.box), "\(name): \(text.text), \(other.text)")
        }
        for node in nodes where node.overlaps(text.box) {
          #expect(node.contains(text.box), "\(name): \(text.text) on a node's edge")
        }
      }
    }
  }

  @Test func linesKeepClearOfNodesAndTexts() {
    for (name, drawing) in SampleGraphs.all {
      let svg = DrawingReader(drawing().svg())
      let (nodes, texts) = (svg.nodes, svg.textBoxes)
      for (x, y) in svg.linePoints {
        #expect(
          !nodes.contains { $0.contains(x, y) }, "\(name): a line through a node at \(x), \(y)")
        let text = texts.first { $0.box.contains(x, y) }?.text
        #expect(text == nil, "\(name): a line through \(text ?? "") at \(x), \(y)")
      }
    }
  }

  /// A tree can be drawn without crossings, and with its inputs in order from top to bottom.
  @Test func treesHaveNoCrossings() {
    let layers = GraphLayers(of: SampleGraphs.applesAndOranges().graph)
    #expect(layers.crossings == 0)
    let leaves = layers.columns[0].compactMap { item -> String? in
      if case .vertex(let index) = layers.items[item] {
        layers.graph.vertices[index].label
      } else {
        nil
      }
    }
    #expect(leaves == ["apple", "apples", "orange", "oranges"])
  }

  /// With the inputs in order two lines of a cross one of b; one crossing cannot be helped, as both
  /// sums need both.
  @Test func crossingsAreSortedOut() {
    let (a, b) = (Tensor(1).requiringGradient(named: "a"), Tensor(2).requiringGradient(named: "b"))
    let drawing = GraphDrawing(of: (a.tanh() + b.tanh()) * (b.log() + a.log()))
    #expect(GraphLayers(of: drawing.graph).crossings == 1)
  }

  @Test func drawingsAreTheSameEveryTime() {
    for (name, drawing) in SampleGraphs.all {
      #expect(drawing().svg() == drawing().svg(), "\(name)")
      #expect(drawing().dot() == drawing().dot(), "\(name)")
      #expect(drawing().mermaid() == drawing().mermaid(), "\(name)")
    }
  }

  /// Identifiers and rules for the whole page would disturb a second drawing in the same page.
  @Test func drawingsCanShareAPage() {
    let svg = DrawingReader(SampleGraphs.network().svg())
    #expect(svg.elements.allSatisfy { $0.attributes["id"] == nil })
    let rules = svg.elements.first { $0.name == "style" }!.text.split(separator: "}")
    for rule in rules {
      #expect(rule.contains(".backprop-graph ."), "\(rule)")
    }
    #expect(rules.contains { $0.hasPrefix("@media (prefers-color-scheme:dark)") })
  }

  // MARK: - Size

  @Test func longChainsNeedNoStackAndAreSummed() {
    let x = Tensor(0).requiringGradient(named: "x")
    var y = x
    for _ in 0..<100_000 { y = y.tanh() }
    let drawing = GraphDrawing(of: y)
    #expect(drawing.nodeCount == 100_001)
    #expect(drawing.dot().hasSuffix("n100000 -> result [label=<0>]\n}\n"))
    let svg = DrawingReader(drawing.svg())
    #expect(svg.isValid)
    #expect(
      svg.texts("graph-ink") == [
        "100001 nodes, too many to draw", "100000", "tanh", "1", "variables",
      ])
  }

  @Test func theLargestDrawingIsStillDrawn() {
    var y = Tensor(1).requiringGradient(named: "x")
    for _ in 1..<GraphDrawing.nodeLimit { y = -y }
    #expect(DrawingReader(GraphDrawing(of: y).svg()).nodes.count == GraphDrawing.nodeLimit)
    #expect(DrawingReader(GraphDrawing(of: -y).svg()).nodes.isEmpty)
  }
}

@Suite struct ValueTextTests {
  @Test func numbersAreRoundedToSixDigits() {
    let expected: [(Double, String)] = [
      (0, "0"), (-0.0, "0"), (220, "220"), (-3, "−3"), (1.1, "1.1"), (Double(Float(1.1)), "1.1"),
      (0.1 + 0.2, "0.3"), (2.0 / 3, "0.666667"), (-1.0 / 7, "−0.142857"), (123456.789, "123457"),
      (999999.5, "1000000"), (0.99999999, "1"), (9.9999996, "10"), (0.000123456789, "0.000123457"),
      (1e-5, "0.00001"), (1e-7, "10⁻⁷"), (1.5e-7, "1.5×10⁻⁷"), (-2.5e-300, "−2.5×10⁻³⁰⁰"),
      (9.9999999e-7, "10⁻⁶"), (6.02214076e23, "6.02214×10²³"), (1e9, "10⁹"),
      (999_999_999, "999999999"),
      (123_456_789.5, "123457000"), (.leastNonzeroMagnitude, "5×10⁻³²⁴"), (.infinity, "∞"),
      (-.infinity, "−∞"),
      (.nan, "NaN"),
    ]
    for (number, text) in expected { #expect(ValueText.number(number) == text) }
  }

  @Test func arraysShowElementsOrShape() {
    #expect(ValueText.text(NDArray(scalar: 1.1, scalarType: .float32)) == "1.1")
    #expect(ValueText.text(NDArray([1, 2.5, -3], scalarType: .float64)) == "[1 2.5 −3]")
    #expect(ValueText.text(NDArray([1.0 / 3], scalarType: .float64)) == "[0.3333]")
    #expect(ValueText.text(NDArray([1, 2, 3, 4, 5], scalarType: .float64)) == "(5,)")
    #expect(ValueText.text(.zeros([0])) == "(0,)")
    #expect(ValueText.text(.zeros([1, 1])) == "(1, 1)")
    #expect(ValueText.text(NDArray([true, false])) == "[1 0]")
  }
}
