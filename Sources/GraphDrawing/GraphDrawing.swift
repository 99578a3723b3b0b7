import BackpropArrays
import BackpropAutodiff

/// A drawing of the graph that a tensor was computed by.
///
/// Values run forward along the edges, from left to right; with gradients, the derivatives of the
/// result run back along them, in another colour. A tensor that several operations use is drawn
/// once, with the derivative with respect to it, which is the sum of what comes back from its
/// users, beside it.
///
/// ```swift
/// let price = Tensor(100).requiringGradient(named: "price")
/// let count = Tensor(2).requiringGradient(named: "count")
/// let total = price * count * 1.1
/// let gradients = total.backward(keepingIntermediates: true)
/// let picture = GraphDrawing(of: total, gradients: gradients).svg()
/// ```
///
/// A graph keeps the numbers that gradients need. What follows from them is computed again for the
/// drawing, and what does not is shown by its shape; compute inside `withAllNumbersKept { }` to see
/// every number.
///
/// Numbers are shown with six digits, vectors of up to four elements with four, and other arrays by
/// their shape. A graph that was computed in the same way gives the same drawing, to the byte.
///
/// Source of the notation: F. L. Bauer, "Computational Graphs and Rounding Error", SIAM Journal on
/// Numerical Analysis 11 (1974).
public struct GraphDrawing: Sendable {
  /// The most nodes, leaves and operations together, that ``svg()`` lays out one by one.
  public static let nodeLimit = 500

  let graph: RecordedGraph

  /// A drawing of how `result` was computed.
  ///
  /// - Parameters:
  ///   - result: any tensor. One that was not recorded is a single constant.
  ///   - gradients: what `result.backward(keepingIntermediates: true)` returned. Without the
  ///     intermediates, only the leaves of the graph get derivatives; without gradients, nothing.
  public init(of result: Tensor, gradients: Gradients? = nil) {
    graph = RecordedGraph(of: result, gradients: gradients)
  }

  /// The number of nodes: leaves and operations.
  public var nodeCount: Int { graph.vertices.count }
  /// The number of edges between nodes.
  public var edgeCount: Int { graph.edges.count }

  /// The drawing as the text of an SVG file.
  ///
  /// Nodes stand in columns, each left of all that use it. The picture needs no script, font or
  /// other file, follows the reader's light or dark colour scheme, and uses no identifiers, so that
  /// any number of drawings can stand in one HTML page. Its style rules lie below the class
  /// `backprop-graph`. It has a title and a description for screen readers.
  ///
  /// A graph of more than ``nodeLimit`` nodes would be unreadable: for that the picture is a table
  /// of how often each operation occurs. ``dot()`` has no limit.
  public func svg() -> String {
    if nodeCount > Self.nodeLimit { return GraphSVG.summary(of: graph) }
    return GraphSVG.picture(of: GraphLayout(of: GraphLayers(of: graph)))
  }
}
