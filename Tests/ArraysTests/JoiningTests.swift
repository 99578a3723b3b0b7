import BackpropTestSupport
import Testing

@testable import BackpropArrays

@Suite struct JoiningTests {
  @Test func joiningGivesNumPysResults() throws {
    try NumPyCases.check("concatenate") { NDArray.concatenate($0, axis: $1.axis!) }
    try NumPyCases.check("stack") { NDArray.stack($0, axis: $1.axis!) }
    try NumPyCases.check("gather") { $0[0].gather($1.rows!) }
    try NumPyCases.check("oneHot") { $0[0].oneHot(classes: $1.count!) }
  }

  @Test func joinedArraysAreNotViews() {
    let part = NDArray([1, 2] as [Double])
    var whole = NDArray.concatenate([part])
    whole[0] = NDArray(scalar: 9.0)
    #expect(part.doubles == [1, 2])
  }

  @Test func oneHotTakesTheTypeThatIsAskedFor() {
    for type in ScalarType.allCases {
      let rows = NDArray([2, 0] as [Int]).oneHot(classes: 3, type)
      #expect(rows.scalarType == type)
      #expect(rows.doubles == [0, 0, 1, 1, 0, 0])
    }
  }

  @Test func whatDoesNotFitTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = NDArray.concatenate([.zeros([2, 3]), .zeros([3, 3])], axis: 1)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("concatenate: the arrays differ along an axis other than 1"))
    await #expect(processExitsWith: .failure) { _ = NDArray.concatenate([]) }
    await #expect(processExitsWith: .failure) {
      _ = NDArray.concatenate([.zeros([2]), .zeros([2], .int32)])
    }
    await #expect(processExitsWith: .failure) { _ = NDArray.zeros([3]).gather([3]) }
    await #expect(processExitsWith: .failure) { _ = NDArray([3] as [Int]).oneHot(classes: 3) }
  }
}
