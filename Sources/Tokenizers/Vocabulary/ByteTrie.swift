/// Tokens as a tree of their bytes, in which all that begin at a place of another text are found in
/// one walk.
final class ByteTrie: @unchecked Sendable {
  private struct Edge {
    /// The node above and the byte, plus one; 0 where there is none.
    var key: UInt64
    var child: Int32
  }

  /// The node of the empty text.
  static let root: Int32 = 0

  // As in `Vocabulary`, nothing is written after `init`.
  private let first: UnsafeMutableBufferPointer<Int32>
  private let edges: UnsafeMutableBufferPointer<Edge>
  private let values: UnsafeMutableBufferPointer<Int32>
  private let shift: UInt64
  private let seed = ByteHash.seed

  /// The tree of a vocabulary's tokens, with their entries. Of equal tokens the last counts.
  init(_ vocabulary: Vocabulary) {
    var first = [Int32](repeating: -1, count: 256)
    var values: [Int32] = [-1]
    var bits: UInt64 = 10
    var edges = [Edge](repeating: Edge(key: 0, child: 0), count: 1 << bits)
    var edgeCount = 0
    for entry in 0..<vocabulary.count {
      var node = ByteTrie.root
      for byte in vocabulary.text(entry) {
        if node == ByteTrie.root, first[Int(byte)] >= 0 {
          node = first[Int(byte)]
          continue
        }
        let key = ByteTrie.key(node, byte)
        var place = ByteTrie.place(key, seed, 64 - bits)
        while edges[place].key != 0, edges[place].key != key {
          place = (place + 1) & (edges.count - 1)
        }
        if edges[place].key == key {
          node = edges[place].child
          continue
        }
        let child = Int32(values.count)
        values.append(-1)
        if node == ByteTrie.root {
          first[Int(byte)] = child
        } else {
          edges[place] = Edge(key: key, child: child)
          edgeCount += 1
          if 2 * edgeCount > edges.count {
            bits += 1
            edges = ByteTrie.grown(edges, seed, bits)
          }
        }
        node = child
      }
      values[Int(node)] = Int32(entry)
    }
    self.first = copy(of: first)
    self.edges = copy(of: edges)
    self.values = copy(of: values)
    shift = 64 - bits
  }

  deinit {
    first.deallocate()
    edges.deallocate()
    values.deallocate()
  }

  /// The node that a byte leads to; -1 where there is none.
  @inline(__always)
  func child(of node: Int32, _ byte: UInt8) -> Int32 {
    if node == ByteTrie.root { return first[Int(byte)] }
    let key = ByteTrie.key(node, byte)
    var place = ByteTrie.place(key, seed, shift)
    while true {
      let edge = edges[place]
      if edge.key == key { return edge.child }
      if edge.key == 0 { return -1 }
      place = (place + 1) & (edges.count - 1)
    }
  }

  /// The node that bytes lead to; -1 where there is none.
  func node(_ bytes: [UInt8]) -> Int32 {
    var node = ByteTrie.root
    for byte in bytes {
      node = child(of: node, byte)
      if node < 0 { return -1 }
    }
    return node
  }

  /// The entry of the token that ends at a node; -1 where none does.
  @inline(__always)
  func value(_ node: Int32) -> Int32 { values[Int(node)] }

  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    (UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)) + 1
  }

  @inline(__always)
  private static func place(_ key: UInt64, _ seed: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key ^ seed) &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }

  private static func grown(_ edges: [Edge], _ seed: UInt64, _ bits: UInt64) -> [Edge] {
    var result = [Edge](repeating: Edge(key: 0, child: 0), count: 1 << bits)
    for edge in edges where edge.key != 0 {
      var place = self.place(edge.key, seed, 64 - bits)
      while result[place].key != 0 { place = (place + 1) & (result.count - 1) }
      result[place] = edge
    }
    return result
  }
}
