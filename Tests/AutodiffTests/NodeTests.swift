import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct NodeTests {
  /// Builds a graph of `length` operations, walks it back, and frees it.
  private static func gradientOfAChain(_ length: Int) -> Double {
    let x = Tensor(1, scalarType: .float64).requiringGradient()
    var y = x
    for _ in 0..<length { y = y + x }
    return y.backward()[x].item
  }

  /// One recursion a node would overflow the stack long before.
  @Test func longGraphsNeedNoStack() {
    #expect(Self.gradientOfAChain(200_000) == 200_001)
  }

  @Test func longGraphsNeedNoStackOnASecondThread() {
    let done = DispatchSemaphore(value: 0)
    let result = Box()
    let thread = Thread {
      result.value = Self.gradientOfAChain(100_000)
      done.signal()
    }
    thread.stackSize = 128 * 1024
    thread.start()
    done.wait()
    #expect(result.value == 100_001)
  }

  private final class Box: @unchecked Sendable { var value = 0.0 }

  /// A path for every choice at every step, 2¹⁰⁰ in all, but only 100 nodes.
  @Test func everyNodeIsVisitedOnce() {
    let x = Tensor(1, scalarType: .float64).requiringGradient()
    var y = x
    for _ in 0..<100 { y = (y + y) * 0.5 }
    #expect(y.item == 1)
    #expect(y.backward()[x].item == 1)
  }

  @Test func graphsAreFreedWholeAndNoSooner() {
    weak var first: Node?
    weak var middle: Node?
    weak var last: Node?
    let x = Tensor(1).requiringGradient()
    do {
      let a = x * 2
      let kept: Tensor
      do {
        let b = a + 1
        let c = b * b + a
        (first, middle, last) = (a.node, b.node, c.node)
        kept = b
      }
      #expect(last == nil && middle != nil && first != nil)
      #expect(kept.backward()[x].item == 2, "what is kept still knows how it came about")
    }
    #expect(first == nil && middle == nil)
  }

  /// Freeing one graph must leave what it shares with another alone.
  @Test func sharedPartsSurvive() {
    let x = Tensor(3, scalarType: .float64).requiringGradient()
    let shared = x * x
    var other: Tensor? = shared
    for _ in 0..<10 { other = other! + shared }
    other = nil
    #expect(shared.backward()[x].item == 6)
  }

  /// Two tasks let go of graphs with a common part at once.
  @Test func graphsMayBeFreedOnSeveralThreads() async {
    for _ in 0..<20 {
      let x = Tensor(1, scalarType: .float64).requiringGradient()
      var common = x
      for _ in 0..<500 { common = common + 1 }
      let shared = common
      await withTaskGroup(of: Double.self) { group in
        for task in 0..<4 {
          group.addTask { (shared * Double(task)).backward()[x].item }
        }
        let sum = await group.reduce(0, +)
        #expect(sum == 6)
      }
    }
  }

  @Test func laterNodesHaveHigherNumbers() throws {
    let x = Tensor(1).requiringGradient()
    let y = x + 1
    let z = y * 2
    let numbers = try [x, y, z].map { try #require($0.node).number }
    #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
    #expect(try #require(x.node).isVariable && !(try #require(y.node).isVariable))
  }
}
