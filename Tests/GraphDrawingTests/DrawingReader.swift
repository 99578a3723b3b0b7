import Foundation
import BackpropTestSupport

import BackpropAutodiff
@testable import BackpropGraphDrawing

/// What an XML parser finds in the SVG picture of a graph.
struct DrawingReader {
  struct Box {
    var left, top, right, bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
    func contains(_ other: Box) -> Bool {
      left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom
    }
    func contains(_ x: Double, _ y: Double) -> Bool {
      x > left + 0.1 && x < right - 0.1 && y > top + 0.1 && y < bottom - 0.1
    }
  }

  let elements: [SVGElement]
  let isValid: Bool

  init(_ svg: String) {
    let parsed = try? SVGElement.parse(svg)
    isValid = parsed != nil
    elements = parsed ?? []
  }

  func all(_ name: String) -> [SVGElement] { elements.filter { $0.name == name } }

  /// The texts of a class: `graph-derivative`.
  func texts(_ kind: String) -> [String] { all("text").filter { $0.kind == kind }.map(\.text) }

  /// The boxes of nodes; the rectangle behind everything is none of them.
  var nodes: [Box] {
    all("rect").filter { $0.kind != "graph-surface" }.map {
      Box(
        left: $0.number("x"), top: $0.number("y"), right: $0.number("x") + $0.number("width"),
        bottom: $0.number("y") + $0.number("height"))
    }
  }

  /// The room that letters take: capitals are 0.73 of the size high, and letters hang 0.21 below.
  var textBoxes: [(text: String, box: Box)] {
    all("text").map {
      let size = $0.number("font-size")
      let width = TextWidth.of($0.text, size: size)
      let left = $0.number("x") - ($0.attributes["text-anchor"] == "middle" ? width / 2 : 0)
      let y = $0.number("y")
      return (
        $0.text, Box(left: left, top: y - 0.73 * size, right: left + width, bottom: y + 0.21 * size)
      )
    }
  }

  /// Points along every line, a few to each of its parts.
  var linePoints: [(x: Double, y: Double)] {
    all("path").filter { $0.attributes["fill"] == "none" }.flatMap { path in
      var points: [(Double, Double)] = []
      var (x, y) = (0.0, 0.0)
      for part in path.attributes["d"]!.matches(of: /([MHC])([-0-9. ]+)/) {
        let numbers = part.output.2.split(separator: " ").map { Double($0)! }
        let (startX, startY) = (x, y)
        switch part.output.1 {
        case "M": (x, y) = (numbers[0], numbers[1])
        case "H": x = numbers[0]
        default: (x, y) = (numbers[4], numbers[5])
        }
        guard part.output.1 != "M" else { continue }
        for step in 0...20 {
          let t = Double(step) / 20
          let s = 1 - t
          if part.output.1 == "H" {
            points.append((s * startX + t * x, y))
          } else {
            let (a, b, c, d) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
            points.append(
              (
                a * startX + b * numbers[0] + c * numbers[2] + d * x,
                a * startY + b * numbers[1] + c * numbers[3] + d * y
              ))
          }
        }
      }
      return points
    }
  }
}

extension SVGElement {
  /// The class, by which the style sheet colours it.
  var kind: String { attributes["class"] ?? "" }

  /// The number that an attribute gives, or 0 where it is missing.
  func number(_ name: String) -> Double { Double(attributes[name] ?? "0")! }
}
