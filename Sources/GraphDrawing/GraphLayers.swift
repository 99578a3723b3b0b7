/// A graph in columns: every node, every label on an edge, and the way of every long edge past the
/// columns between, each in a column and in an order from top to bottom with few crossings.
///
/// Nodes stand in the even columns, as far right as their users allow, and labels in the odd ones,
/// each just before the node that its edge leads to. What leads from one node to several farther
/// ones is a single line until it parts. All links then lead from one column to the next, so that
/// no line meets a node or a label that is not its own.
///
/// Source: K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical
/// System Structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).
struct GraphLayers {
  /// What takes up room in a column.
  enum Item {
    case vertex(Int)
    /// The texts on an edge, of which the last of all is the arrow out of the graph.
    case label(value: String, derivative: String)
    /// A line passes here.
    case bend
    /// Where the arrow out of the graph ends.
    case end
  }

  let graph: RecordedGraph
  private(set) var items: [Item] = []
  /// By item: what links lead to, in the next column.
  private(set) var successors: [[Int]] = []
  /// By item: where links come from, in the column before. For an operation, in the order of its
  /// inputs.
  private(set) var predecessors: [[Int]] = []
  /// The items of each column, from top to bottom.
  private(set) var columns: [[Int]] = []

  init(of graph: RecordedGraph) {
    self.graph = graph
    // Columns counted from the right: sources come before targets, so going back through the edges
    // meets all users of a vertex before the vertex.
    var height = [Int](repeating: 0, count: graph.vertices.count)
    for edge in graph.edges.reversed() {
      height[edge.source] = max(height[edge.source], height[edge.target] + 1)
    }
    let highest = height.max() ?? 0
    columns = Array(repeating: [], count: 2 * highest + 3)
    for vertex in graph.vertices.indices {
      add(.vertex(vertex), to: 2 * (highest - height[vertex]))
    }
    var bends: [[Int]] = Array(repeating: [], count: graph.vertices.count)
    for edge in graph.edges {
      let start = 2 * (highest - height[edge.source])
      let labelColumn = 2 * (highest - height[edge.target]) - 1
      var last = edge.source
      for column in (start + 1)..<labelColumn {
        let step = column - start - 1
        if step == bends[edge.source].count {
          bends[edge.source].append(add(.bend, to: column))
          link(last, bends[edge.source][step])
        }
        last = bends[edge.source][step]
      }
      let texts = graph.texts(of: edge)
      let label = add(.label(value: texts.value, derivative: texts.derivative), to: labelColumn)
      link(last, label)
      link(label, edge.target)
    }
    let texts = graph.resultTexts
    let label = add(
      .label(value: texts.value, derivative: texts.derivative), to: 2 * highest + 1)
    let end = add(.end, to: 2 * highest + 2)
    link(graph.result, label)
    link(label, end)
    order(from: end)
  }

  @discardableResult
  private mutating func add(_ item: Item, to column: Int) -> Int {
    columns[column].append(items.count)
    items.append(item)
    successors.append([])
    predecessors.append([])
    return items.count - 1
  }

  private mutating func link(_ source: Int, _ target: Int) {
    successors[source].append(target)
    predecessors[target].append(source)
  }

  // MARK: - Order

  /// Starts with inputs in order from top to bottom, which has no crossings in a tree, and sorts by
  /// the mean place of the neighbours as long as there are crossings to save.
  private mutating func order(from end: Int) {
    var rank = [Int](repeating: -1, count: items.count)
    var (next, open) = (0, [end])
    while let item = open.popLast() {
      guard rank[item] < 0 else { continue }
      rank[item] = next
      next += 1
      open.append(contentsOf: predecessors[item].reversed())
    }
    for column in columns.indices { columns[column].sort { rank[$0] < rank[$1] } }

    var best = (columns: columns, crossings: crossings)
    for sweep in 0..<24 where best.crossings > 0 {
      if sweep.isMultiple(of: 2) {
        for column in columns.indices.dropFirst() { sort(column, by: predecessors, of: column - 1) }
      } else {
        for column in columns.indices.dropLast().reversed() {
          sort(column, by: successors, of: column + 1)
        }
      }
      let count = crossings
      if count < best.crossings { best = (columns, count) }
    }
    columns = best.columns
  }

  private mutating func sort(_ column: Int, by neighbours: [[Int]], of other: Int) {
    let place = places(in: other)
    let scale = Double(max(1, columns[other].count)) / Double(max(1, columns[column].count))
    let keys = columns[column].enumerated().map { index, item in
      let near = neighbours[item]
      // What has no neighbour on that side stays about where it is.
      return near.isEmpty
        ? Double(index) * scale
        : Double(near.reduce(0) { $0 + place[$1]! }) / Double(near.count)
    }
    let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    columns[column] = order.map { columns[column][$0] }
  }

  private func places(in column: Int) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: columns[column].enumerated().map { ($1, $0) })
  }

  /// How often links cross: pairs of links between two columns that start and end in opposite order,
  /// counted with a Fenwick tree.
  var crossings: Int {
    var total = 0
    for column in columns.indices.dropLast() {
      let place = places(in: column + 1)
      var tree = [Int](repeating: 0, count: columns[column + 1].count + 1)
      var before = 0
      for item in columns[column] {
        let targets = successors[item].map { place[$0]! }
        for target in targets {
          var (atOrAbove, index) = (0, target + 1)
          while index > 0 {
            atOrAbove += tree[index]
            index -= index & -index
          }
          total += before - atOrAbove
        }
        for target in targets {
          var index = target + 1
          while index < tree.count {
            tree[index] += 1
            index += index & -index
          }
        }
        before += targets.count
      }
    }
    return total
  }
}
