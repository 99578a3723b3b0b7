import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropText
import Testing

@Suite struct TextWindowsTests {
  private let tokens = (0..<10).map(Int32.init)

  @Test func eachTokenHasTheOneAfterIt() {
    let windows = TextWindows(tokens, length: 3)
    // 0 1 2, 3 4 5, 6 7 8; the target of the last is 9.
    #expect(windows.count == 3)
    let batch = windows.batch([2, 0])
    #expect(batch.inputs.shape == [2, 3] && batch.inputs.scalarType == .int32)
    #expect(batch.inputs.doubles == [6, 7, 8, 0, 1, 2])
    #expect(batch.targets.doubles == [7, 8, 9, 1, 2, 3])
  }

  @Test func onlyWholeWindowsCount() {
    for (length, stride, count) in [
      (9, nil, 1), (10, nil, 0), (11, nil, 0), (4, nil, 2), (4, 1, 6), (4, 5, 2), (1, nil, 9),
      (3, 2, 4),
    ] as [(Int, Int?, Int)] {
      let windows = TextWindows(tokens, length: length, stride: stride)
      #expect(windows.count == count, "\(length) \(stride ?? -1)")
      if count > 0 {
        let last = windows.batch([count - 1])
        #expect(last.inputs.doubles[0] == Double((count - 1) * (stride ?? length)))
        #expect(last.targets.doubles.last! <= 9)
      }
    }
    #expect(TextWindows([], length: 1).count == 0)
    #expect(TextWindows([5], length: 1).count == 0)
  }

  @Test func overlappingWindows() {
    let windows = TextWindows(tokens, length: 4, stride: 2)
    #expect(windows.batch([1]).inputs.doubles == [2, 3, 4, 5])
    #expect(Array(windows.batches(of: 2)).count == 2)
  }
}
