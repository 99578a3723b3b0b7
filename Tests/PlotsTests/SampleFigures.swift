import Foundation

@testable import BackpropPlots

/// One figure of every kind, as the course and the tools draw them, and some that try the layout.
enum SampleFigures {
  static var all: [(name: String, figure: Figure)] {
    [
      ("activations", activations), ("accuracy", accuracy), ("surface", paraboloid),
      ("saddle", saddle), ("gradient", gradientField), ("tangent", tangent), ("digits", digits),
      ("loss", longLoss), ("confusion", confusion), ("weights", weights), ("logloss", logLoss),
      ("bars", bars), ("names", longNames), ("subplots", subplots), ("empty", Figure()),
      ("single", single), ("constant", constant), ("extremes", extremes), ("gaps", gaps),
      ("offset", offset), ("words", longWords), ("markers", markers), ("small", small),
      ("scatter", clusters), ("colorbars", colorBars), ("log10", smallLog),
    ]
  }

  static func range(_ from: Double, _ to: Double, _ count: Int) -> [Double] {
    (0..<count).map { from + (to - from) * Double($0) / Double(count - 1) }
  }

  /// Numbers that look random and are the same in every run.
  static func noise(_ count: Int) -> [Double] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31) - 0.5
    }
  }

  /// The sum of twelve of them: nearly normal.
  static func normal(_ count: Int) -> [Double] {
    let values = noise(count * 12)
    return (0..<count).map { values[$0 * 12..<($0 + 1) * 12].reduce(0, +) }
  }

  static var activations: Figure {
    var figure = Figure(width: 640, height: 480)
    let x = range(-5, 5, 201)
    figure.title = "Activation functions"
    figure.plot(x, x.map { $0 > 0 ? 1 : 0 }, label: "step", style: .dashed)
    figure.plot(x, x.map { 1 / (1 + exp(-$0)) }, label: "sigmoid")
    figure.plot(x, x.map { max(0, $0) }, label: "ReLU", style: .dotted)
    figure.plot(x, x.map(tanh), label: "tanh", style: .dashDotted)
    figure.xlabel = "x"
    figure.ylabel = "h(x)"
    figure.ylim = -0.1...1.1
    figure.grid = true
    return figure
  }

  static var accuracy: Figure {
    var figure = Figure()
    let epochs = range(0, 16, 17)
    let train = epochs.map { 1 - 0.9 * exp(-$0 / 2) }
    let test = epochs.map { 0.96 - 0.86 * exp(-$0 / 2.4) }
    figure.plot(epochs, train, label: "train", marker: .circle)
    figure.plot(epochs, test, label: "test", style: .dashed, marker: .square)
    figure.xlabel = "epochs"
    figure.ylabel = "accuracy"
    figure.ylim = 0...1
    figure.legend(.lowerRight)
    return figure
  }

  static var paraboloid: Figure {
    var figure = Figure()
    let side = range(-3, 3, 25)
    figure.surface(side, side) { $0 * $0 + $1 * $1 }
    figure.xlabel = "x₀"
    figure.ylabel = "x₁"
    figure.zlabel = "f(x)"
    figure.title = "f(x₀, x₁) = x₀² + x₁²"
    return figure
  }

  static var saddle: Figure {
    var figure = Figure(rows: 1, columns: 2)
    let side = range(-2000, 2000, 80)
    figure[0, 0].surface(side, side, colorMap: .coolwarm) { ($0 * $0 - $1 * $1) * 1e-12 }
    figure[0, 0].zlabel = "height"
    figure[0, 0].azimuth = 30
    figure[0, 1].surface(side, side) { sin($0 / 500) * cos($1 / 500) }
    figure[0, 1].azimuth = 200
    figure[0, 1].elevation = 50
    figure[0, 1].colorBar = true
    figure[0, 1].xlabel = "first"
    figure[0, 1].ylabel = "second"
    return figure
  }

  static var gradientField: Figure {
    var figure = Figure()
    var (x, y): ([Double], [Double]) = ([], [])
    for row in range(-2, 2, 17) {
      for column in range(-2, 2, 17) {
        x.append(column)
        y.append(row)
      }
    }
    figure.quiver(x, y, x.map { -2 * $0 }, y.map { -2 * $0 }, label: "−∇f")
    figure.xlabel = "x₀"
    figure.ylabel = "x₁"
    figure.xlim = -2...2
    figure.ylim = -2...2
    figure.grid = true
    return figure
  }

  static var tangent: Figure {
    var figure = Figure()
    let x = range(0, 20, 201)
    func f(_ x: Double) -> Double { 0.01 * x * x + 0.1 * x }
    figure.plot(x, x.map(f), label: "0.01x² + 0.1x")
    figure.plot(x, x.map { 0.2 * ($0 - 5) + f(5) }, label: "tangent at 5", style: .dashed)
    figure.scatter([5], [f(5)], color: .ink)
    figure.xlabel = "x"
    figure.ylabel = "f(x)"
    return figure
  }

  static func digit(_ index: Int) -> [[Double]] {
    (0..<28).map { row in
      (0..<28).map { column in
        let (dx, dy) = (Double(column) - 13.5, Double(row) - 13.5)
        let radius = (dx * dx / (0.3 + Double(index) / 12) + dy * dy).squareRoot()
        return max(0, 255 - abs(radius - 9) * 90)
      }
    }
  }

  static var digits: Figure {
    Figure(
      images: (0..<10).map(digit), columns: 5, titles: (0..<10).map { "label \($0)" },
      colorMap: .reversedGray)
  }

  static var longLoss: Figure {
    var figure = Figure()
    let noise = noise(10000)
    let loss = noise.enumerated().map { step, noise -> Double in
      let decay = exp(-Double(step) / 1500)
      return 2.3 * decay + 0.2 + 0.3 * noise
    }
    figure.plot(loss, label: "batch")
    figure.xlabel = "iteration"
    figure.ylabel = "loss"
    return figure
  }

  static var confusion: Figure {
    var figure = Figure(width: 560, height: 520)
    figure.confusionMatrix(
      (0..<10).map { row in
        (0..<10).map { column in row == column ? 950 + row * 7 : (row * 7 + column * 3) % 23 }
      })
    figure.colorBar = true
    figure.title = "Confusion matrix"
    return figure
  }

  static var weights: Figure {
    var figure = Figure()
    let values = normal(2000)
    figure.hist(values.map { $0 * 0.1 }, bins: 30, label: "layer 1")
    figure.hist(values.map { $0 * 0.05 + 0.1 }, bins: 30, label: "layer 2")
    figure.xlabel = "weight"
    figure.ylabel = "count"
    return figure
  }

  static var logLoss: Figure {
    var figure = Figure()
    let x = range(0, 200, 201)
    figure.plot(x, x.map { exp(-$0 / 18) + 1e-4 }, label: "Adam")
    figure.plot(x, x.map { 2 / (1 + $0) }, label: "SGD")
    figure.yscale = .log
    figure.grid = true
    figure.xlabel = "epoch"
    figure.ylabel = "loss"
    return figure
  }

  static var bars: Figure {
    var figure = Figure()
    let names = ["SGD", "Momentum", "AdaGrad", "Adam"]
    figure.bar(names, [0.91, 0.948, 0.955, 0.97], label: "train", showsValues: true)
    figure.bar(names, [0.90, 0.94, 0.945, 0.955], label: "test", showsValues: true)
    figure.ylim = 0...1.1
    figure.title = "Accuracy"
    return figure
  }

  static var longNames: Figure {
    var figure = Figure(width: 480, height: 360)
    figure.bar(
      (0..<8).map { "a rather long category \($0)" }, (0..<8).map { Double($0 * 1000 - 2500) })
    figure.axhline(0, color: .ink, style: .solid)
    return figure
  }

  static var subplots: Figure {
    var figure = Figure(rows: 2, columns: 3)
    let x = range(0, 6.28, 60)
    figure.title = "Six drawings of one figure"
    for (index, name) in ["sin", "cos", "one million", "tiny", "log", "image"].enumerated() {
      figure.current = index
      figure.title = "Six drawings of one figure"
      figure.axes[index].title = name
      figure.xlabel = "x"
      switch index {
      case 0: figure.plot(x, x.map { sin($0) })
      case 1: figure.plot(x, x.map { cos($0) }, color: .vermilion)
      case 2: figure.plot(x, x.map { $0 * 1e6 })
      case 3: figure.plot(x, x.map { $0 * 1e-9 })
      case 4:
        figure.plot(x, x.map { pow(10, $0 * 3) })
        figure.yscale = .log
      default: figure.imshow(digit(3), colorMap: .viridis)
      }
    }
    return figure
  }

  static var single: Figure {
    var figure = Figure()
    figure.plot([3], [7], label: "one")
    return figure
  }

  static var constant: Figure {
    var figure = Figure()
    figure.plot([0, 1, 2], [5, 5, 5])
    return figure
  }

  static var extremes: Figure {
    var figure = Figure(rows: 1, columns: 2)
    figure[0, 0].plot([-1e300, 0, 1e300], [1e-300, 2e-300, -1e-300])
    figure[0, 1].plot([1e12, 2e12, 3e12], [-4e-7, 5e-7, 3e-7])
    return figure
  }

  static var gaps: Figure {
    var figure = Figure()
    figure.plot([1, 2, .nan, 4, 5, 6, 7, 8], [1, 3, 2, .infinity, 4, 3, .nan, 5], label: "gaps")
    return figure
  }

  static var offset: Figure {
    var figure = Figure()
    figure.plot([0, 1, 2, 3], [1_000_000.001, 1_000_000.004, 1_000_000.002, 1_000_000.003])
    figure.ylabel = "time"
    return figure
  }

  static var longWords: Figure {
    var figure = Figure(width: 420, height: 320)
    figure.title = "A title far too long for the width of its figure, which has to be wrapped"
    figure.xlabel = "a <label> with \"special\" & 'quoted' signs, too long for one line of text"
    figure.ylabel = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"
    figure.plot([0, 1], [0, 1], label: "a legend entry that would fill more than the whole frame")
    figure.plot([0, 1], [1, 0], label: "日本語の凡例")
    return figure
  }

  static var markers: Figure {
    var figure = Figure()
    for (index, marker) in Marker.allCases.enumerated() {
      figure.plot(
        [0, 1, 2, 3], [0, 1, 2, 3].map { $0 * 0.5 + Double(index) }, label: "\(marker)",
        marker: marker)
    }
    for index in 6..<8 {
      figure.plot([0, 3], [Double(index), Double(index) + 1.5], label: "colour \(index)")
    }
    figure.legend(.outside)
    return figure
  }

  static var small: Figure {
    var figure = Figure(width: 160, height: 120)
    figure.plot([0, 1000, 2000], [0, 0.5, 0.25], label: "a")
    figure.xlabel = "step"
    figure.ylabel = "loss"
    return figure
  }

  static var clusters: Figure {
    var figure = Figure()
    let values = normal(600)
    for (index, marker) in [Marker.circle, .triangle, .cross].enumerated() {
      let shift = Double(index) * 2
      figure.scatter(
        values[index * 200..<index * 200 + 100].map { $0 + shift },
        values[index * 200 + 100..<index * 200 + 200].map { $0 + shift * 0.5 },
        label: "class \(index)", marker: marker)
    }
    figure.aspect = .equal
    return figure
  }

  static var colorBars: Figure {
    var figure = Figure(rows: 2, columns: 2)
    let pixels = (0..<20).map { row in (0..<30).map { Double(row * $0) * 1e-5 } }
    let maps: [ColorMap] = [.gray, .reversedGray, .viridis, .coolwarm]
    for (index, map) in maps.enumerated() {
      figure.axes[index].imshow(pixels, colorMap: map)
      figure.axes[index].title = map.name
      figure.axes[index].colorBar = true
      figure.axes[index].frame = index < 2 ? .shown : .automatic
    }
    return figure
  }

  static var smallLog: Figure {
    var figure = Figure(rows: 1, columns: 2)
    figure[0, 0].plot([1, 2, 3, 4], [0.3, 0.5, 0.2, 0.9])
    figure[0, 0].yscale = .log
    figure[0, 1].plot([1e-30, 1e-10, 1, 1e30], [3.1, 3.2, 3.4, 3.9])
    figure[0, 1].xscale = .log
    figure[0, 1].yscale = .log
    figure[0, 1].grid = true
    return figure
  }
}
