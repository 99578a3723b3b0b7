import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct ParameterTests {
  @Test func gradientsAreFoundByTheParameter() {
    let weight = Parameter(NDArray([2, 3], scalarType: .float64))
    let gradients = (weight.tensor * weight.tensor).sum().backward()
    #expect(gradients[weight]?.doubles == [4, 6])
    #expect(gradients[Parameter(NDArray([2, 3], scalarType: .float64))] == nil)
  }

  @Test func aTensorGivesItsNumbersAndNotItsGraph() {
    let start = Parameter(NDArray([2, 3]))
    let weight = Parameter(start.tensor * 2)
    #expect(weight.array.doubles == [4, 6])
    let gradients = (weight.tensor * weight.tensor).sum().backward()
    #expect(gradients[weight]?.doubles == [8, 12] && gradients[start] == nil)
  }

  @Test func whatWasReadBeforeAChangeStaysAsItWas() {
    let weight = Parameter(NDArray([1, 2], scalarType: .float64))
    let (array, tensor) = (weight.array, weight.tensor)
    let loss = (tensor * tensor).sum()
    weight.update { $0.add(NDArray([10, 10], scalarType: .float64), to: []) }
    #expect(weight.array.doubles == [11, 12])
    #expect(array.doubles == [1, 2] && tensor.doubles == [1, 2])
    #expect(loss.backward()[weight]?.doubles == [2, 4], "of the value that was used")
  }

  @Test func anUpdateNobodyWatchesIsInPlace() {
    let weight = Parameter(NDArray.zeros([4]))
    func memory() -> UnsafeRawPointer { weight.array.withContiguousBytes { $0.baseAddress! } }
    let before = memory()
    weight.update { $0.add(NDArray.ones([4]), to: []) }
    #expect(memory() == before)
    #expect(weight.array.doubles == [1, 1, 1, 1])
  }

  @Test func manyTasksMayReadAndChangeIt() async {
    let weight = Parameter(NDArray.zeros([100], scalarType: .float64))
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 {
        group.addTask {
          weight.update { $0.add(NDArray.ones([100], scalarType: .float64), to: []) }
          // A value is never seen half changed.
          return Set(weight.array.doubles).count == 1
        }
      }
      for await whole in group { #expect(whole) }
    }
    #expect(weight.array.doubles == [Double](repeating: 50, count: 100))
  }

  @Test func whoeverReadsDuringALongChangeWaitsForItsEnd() async {
    let weight = Parameter(NDArray.zeros([10], scalarType: .float64))
    let hasBegun = AsyncStream.makeStream(of: Void.self)
    await withTaskGroup(of: Double.self) { group in
      group.addTask {
        weight.update {
          hasBegun.continuation.finish()
          usleep(20_000)
          $0.add(NDArray.ones([10], scalarType: .float64), to: [])
        }
        return 1
      }
      for await _ in hasBegun.stream {}
      for _ in 0..<4 { group.addTask { Tensor(weight.array).sum().item / 10 } }
      for await seen in group { #expect(seen == 1) }
    }
  }

  @Test func shapeAndTypeAreKept() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Parameter(NDArray.zeros([2])).array = NDArray.zeros([3])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a parameter keeps its shape and type"))
    await #expect(processExitsWith: .failure) { _ = Parameter(NDArray([1] as [Int32])) }
  }
}
