import Foundation
import BackpropTestSupport

@testable import BackpropPlots

/// What an XML parser finds in an SVG picture.
struct SVGReader {
  let elements: [SVGElement]
  let error: (any Error)?

  init(_ svg: String) {
    do {
      elements = try SVGElement.parse(svg)
      error = nil
    } catch {
      elements = []
      self.error = error
    }
  }

  func all(_ name: String) -> [SVGElement] { elements.filter { $0.name == name } }

  /// All coordinates of paths, as (x, y) pairs in the order of writing; relative ones left out.
  var pathNumbers: [Double] {
    all("path").flatMap { path in
      (path.attributes["d"] ?? "").split { !"-.0123456789e".contains($0) }.compactMap {
        Double($0)
      }
    }
  }

  /// The texts with the four corners of the space that their letters take.
  var texts: [(text: String, corners: [Point])] {
    all("text").map { element in
      let attributes = element.attributes
      let size = Double(attributes["font-size"]!)!
      let (x, y) = (Double(attributes["x"]!)!, Double(attributes["y"]!)!)
      let width = TextWidths.width(
        of: element.text, size: size, isBold: attributes["font-weight"] != nil)
      let left =
        switch attributes["text-anchor"] {
        case "middle": x - width / 2
        case "end": x - width
        default: x
        }
      // Capitals are 0.73 high; letters hang 0.21 below the line.
      let (top, bottom) = (y - 0.73 * size, y + 0.21 * size)
      var corners = [(left, top), (left + width, top), (left + width, bottom), (left, bottom)]
        .map { Point(x: $0.0, y: $0.1) }
      if let turn = attributes["transform"]?.dropFirst("rotate(".count).dropLast()
        .split(separator: " ").compactMap({ Double($0) })
      {
        let (s, c) = (sin(turn[0] * .pi / 180), cos(turn[0] * .pi / 180))
        corners = corners.map {
          let (dx, dy) = ($0.x - turn[1], $0.y - turn[2])
          return Point(x: turn[1] + c * dx - s * dy, y: turn[2] + s * dx + c * dy)
        }
      }
      return (element.text, corners)
    }
  }

  /// Whether two convex shapes overlap: they do unless a line along one of their sides parts them.
  static func overlap(_ a: [Point], _ b: [Point]) -> Bool {
    for shape in [a, b] {
      for index in shape.indices {
        let (p, q) = (shape[index], shape[(index + 1) % shape.count])
        let normal = Point(x: q.y - p.y, y: p.x - q.x)
        func span(_ shape: [Point]) -> (Double, Double) {
          let values = shape.map { $0.x * normal.x + $0.y * normal.y }
          return (values.min()!, values.max()!)
        }
        let (first, second) = (span(a), span(b))
        if first.1 <= second.0 || second.1 <= first.0 { return false }
      }
    }
    return true
  }
}
