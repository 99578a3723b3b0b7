import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct JoiningTests {
  @Test func joiningGivesNumPysResults() throws {
    try NumPyCases.check("concatenate") { Tensor.concatenate($0, axis: $1.axis!) }
    try NumPyCases.check("stack") { Tensor.stack($0, axis: $1.axis!) }
    try NumPyCases.check("gather") { $0[0].gather(rows: $1.rows!) }
    try NumPyCases.check("oneHot") { $0[0].oneHot(classes: $1.count!) }
  }

  @Test func joinedTensorsAreNotViews() {
    let part = Tensor([1, 2], scalarType: .float64)
    var whole = Tensor.concatenate([part])
    whole[0] = Tensor(9, scalarType: .float64)
    #expect(part.doubles == [1, 2])
  }

  @Test func oneHotTakesTheTypeThatIsAskedFor() {
    for type in ScalarType.allCases {
      let rows = Tensor([2, 0] as [Int]).oneHot(classes: 3, scalarType: type)
      #expect(rows.scalarType == type)
      #expect(rows.doubles == [0, 0, 1, 1, 0, 0])
    }
  }

  @Test func whatDoesNotFitTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenate([.zeros([2, 3]), .zeros([3, 3])], axis: 1)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("concatenate: the tensors differ along an axis other than 1"))
    await #expect(processExitsWith: .failure) { _ = Tensor.concatenate([]) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.concatenate([.zeros([2]), .zeros([2], scalarType: .int32)])
    }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3]).gather(rows: [3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor([3] as [Int]).oneHot(classes: 3) }
  }
}
