import BackpropArrays
import Testing

// The answers are those of NumPy's allclose for the same numbers.
@Suite struct IsCloseTests {
  @Test func theTolerancesAdd() {
    let b = NDArray([100.0, 0.0])
    #expect(NDArray([100.001, 1e-8]).isClose(to: b))
    #expect(!NDArray([100.0011, 0.0]).isClose(to: b))
    #expect(!NDArray([100.0, 1.1e-8]).isClose(to: b))
    #expect(NDArray([101.0, 0.5]).isClose(to: b, relativeTolerance: 0.01, absoluteTolerance: 0.5))
    // Relative to the second alone: 100 + 1 of 101, but not 101 − 100 of 100.
    #expect(
      NDArray([100.0]).isClose(
        to: NDArray([101.0]), relativeTolerance: 0.0099999, absoluteTolerance: 0)
        && !NDArray([101.0]).isClose(
          to: NDArray([100.0]), relativeTolerance: 0.0099999, absoluteTolerance: 0)
    )
  }

  @Test func infinitiesEqualThemselvesAndNaNNothing() {
    let infinite = NDArray([Double.infinity], scalarType: .float64)
    #expect(infinite.isClose(to: infinite))
    #expect(!infinite.isClose(to: NDArray([-Double.infinity], scalarType: .float64)))
    #expect(!NDArray([1.0]).isClose(to: infinite))
    #expect(
      !NDArray([Double.nan], scalarType: .float64).isClose(
        to: NDArray([Double.nan], scalarType: .float64)))
  }

  @Test func anotherShapeIsNotClose() {
    #expect(!NDArray([1.0, 1.0]).isClose(to: NDArray([[1.0, 1.0]])))
  }
}
