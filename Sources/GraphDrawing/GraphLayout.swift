/// Where everything in a drawing of a graph lies.
struct GraphLayout {
  /// The room of an item: a text and its box lie inside.
  struct Place {
    /// The middle of the line that leads through; boxes have their middle here too.
    var x = 0.0
    var y = 0.0
    /// Of a box, or of the texts on an edge.
    var width = 0.0
    /// How far it reaches up and down from `y`.
    var above = 0.0
    var below = 0.0
    /// The height of a node's box.
    var boxHeight = 0.0
    var left: Double { x - width / 2 }
    var right: Double { x + width / 2 }
  }

  static let labelSize = 14.0
  static let smallSize = 12.0
  static let margin = 16.0

  let layers: GraphLayers
  private(set) var places: [Place]
  /// The left and right end of each column.
  private var columns: [(left: Double, right: Double)] = []
  private var columnOfItem: [Int]
  private(set) var width = 0.0
  private(set) var height = 0.0

  init(of layers: GraphLayers) {
    self.layers = layers
    places = layers.items.map { Self.size(of: $0, in: layers.graph) }
    columnOfItem = Array(repeating: 0, count: places.count)
    for (column, items) in layers.columns.enumerated() {
      for item in items { columnOfItem[item] = column }
    }
    placeVertically()
    placeHorizontally()
  }

  /// The left and right end of the column that an item stands in.
  func column(of item: Int) -> (left: Double, right: Double) { columns[columnOfItem[item]] }

  // MARK: - Sizes

  private static func size(of item: GraphLayers.Item, in graph: RecordedGraph) -> Place {
    switch item {
    case .vertex(let index): return size(of: graph.vertices[index])
    case .bend: return Place(above: 4, below: 4)
    case .end: return Place(above: 8, below: 8)
    case .label(let value, let derivative):
      let text = max(
        TextWidth.of(value, size: smallSize), TextWidth.of(derivative, size: smallSize))
      // Even without text, room for the arrow's line to be seen.
      return Place(
        width: text == 0 ? 12 : max(28, text + 8), above: value.isEmpty ? 4 : 19,
        below: derivative.isEmpty ? 4 : 24)
    }
  }

  private static func size(of vertex: RecordedGraph.Vertex) -> Place {
    let label = TextWidth.of(TextWidth.shortened(vertex.label), size: labelSize)
    let details = TextWidth.of(TextWidth.shortened(vertex.details), size: smallSize)
    let total = vertex.totalDerivative.map { TextWidth.of("Σ " + $0, size: smallSize) } ?? 0
    var place = Place()
    place.boxHeight = details > 0 ? 44 : 36
    let isSign = vertex.isOperation && vertex.label.count == 1 && details == 0
    place.width = isSign ? place.boxHeight : max(44, max(label, details) + 24)
    place.width = max(place.width, total)
    place.above = place.boxHeight / 2
    place.below = place.boxHeight / 2 + (total > 0 ? 18 : 0)
    return place
  }

  // MARK: - Places

  /// Makes the squared vertical lengths of all links small, column by column: each column at its
  /// best for the columns beside it, with its order and distances kept.
  private mutating func placeVertically() {
    for column in layers.columns {
      var y = 0.0
      for (index, item) in column.enumerated() {
        if index > 0 { y += distance(column[index - 1], item) }
        places[item].y = y
      }
      for item in column { places[item].y -= y / 2 }
    }
    // Small drawings come to rest; in large ones the last pixels are not worth the time.
    let sweeps = max(20, min(400, 100_000 / layers.items.count))
    for _ in 0..<sweeps {
      var change = 0.0
      for column in layers.columns.indices { change = max(change, settle(column)) }
      for column in layers.columns.indices.reversed() { change = max(change, settle(column)) }
      if change < 0.01 { break }
    }
    straighten()
    let top = places.map { $0.y - $0.above }.min() ?? 0
    for item in places.indices { places[item].y += Self.margin - top }
    height = (places.map { $0.y + $0.below }.max() ?? 0) + Self.margin
  }

  private func distance(_ upper: Int, _ lower: Int) -> Double {
    places[upper].below + 12 + places[lower].above
  }

  /// How much a link should be level. A line leaves its node level and bends, if at all, where it
  /// parts or just before the node it leads to; and not even there if that has no other input.
  private func pull(_ source: Int, _ target: Int) -> Double {
    switch layers.items[target] {
    case .vertex: layers.predecessors[target].count == 1 ? 20 : 1
    case .bend: layers.successors[source].count == 1 ? 50 : 5
    case .label, .end: layers.successors[source].count == 1 ? 50 : 1
    }
  }

  /// Moves the items of a column to where their links are shortest. The best places that keep the
  /// distances are a weighted isotonic regression, found by pooling adjacent violators (Barlow et
  /// al., 1972). Returns the largest movement.
  private mutating func settle(_ column: Int) -> Double {
    let items = layers.columns[column]
    var blocks: [(mean: Double, weight: Double, count: Int)] = []
    var offsets: [Double] = []
    for (index, item) in items.enumerated() {
      offsets.append(index == 0 ? 0 : offsets[index - 1] + distance(items[index - 1], item))
      var (sum, weight) = (0.0, 0.0)
      for source in layers.predecessors[item] {
        sum += pull(source, item) * places[source].y
        weight += pull(source, item)
      }
      for target in layers.successors[item] {
        sum += pull(item, target) * places[target].y
        weight += pull(item, target)
      }
      // Every item has a link, since all lead to the result.
      blocks.append((sum / weight - offsets[index], weight, 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
        let lower = blocks.removeLast()
        let upper = blocks.removeLast()
        let weight = upper.weight + lower.weight
        blocks.append(
          (
            (upper.mean * upper.weight + lower.mean * lower.weight) / weight, weight,
            upper.count + lower.count
          ))
      }
    }
    var (change, index) = (0.0, 0)
    for block in blocks {
      for _ in 0..<block.count {
        let y = block.mean + offsets[index]
        change = max(change, abs(y - places[items[index]].y))
        places[items[index]].y = y
        index += 1
      }
    }
    return change
  }

  /// Takes out bends too small to mean anything, from left to right, where there is room.
  private mutating func straighten() {
    for column in layers.columns.dropFirst() {
      for (index, item) in column.enumerated() {
        let sources = layers.predecessors[item]
        guard sources.count == 1, abs(places[sources[0]].y - places[item].y) < 12 else { continue }
        let y = places[sources[0]].y
        if index > 0, y - places[column[index - 1]].y < distance(column[index - 1], item) {
          continue
        }
        if index + 1 < column.count,
          places[column[index + 1]].y - y < distance(item, column[index + 1])
        {
          continue
        }
        places[item].y = y
      }
    }
  }

  /// Puts columns side by side, farther apart where lines have far to climb.
  private mutating func placeHorizontally() {
    var x = Self.margin
    for (index, items) in layers.columns.enumerated() {
      let wide = items.map { places[$0].width }.max() ?? 0
      for item in items { places[item].x = x + wide / 2 }
      columns.append((x, x + wide))
      x += wide
      guard index + 1 < layers.columns.count else { break }
      var climb = 0.0
      for item in items {
        for target in layers.successors[item] {
          climb = max(climb, abs(places[target].y - places[item].y))
        }
      }
      x += max(14, min(72, 0.5 * climb + 6))
    }
    width = x + Self.margin
  }
}

extension RecordedGraph.Vertex {
  var isOperation: Bool {
    if case .operation = kind { true } else { false }
  }
}
