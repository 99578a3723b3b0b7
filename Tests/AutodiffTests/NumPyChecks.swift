import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

extension NumPyCases {
  /// Checks that `function` gives NumPy's result in every case of `op`, for every layout of its
  /// inputs in memory; and of their shapes alone the shape and type of that result.
  ///
  /// - Parameter masksKeepNumbers: whether arrays of `bool` keep their numbers beside shapes alone.
  static func check(
    _ op: String, ulps: UInt64 = 0, masksKeepNumbers: Bool = false,
    at location: SourceLocation = #_sourceLocation, _ function: ([Tensor], Case) -> Tensor
  ) throws {
    try check(op, masksKeepNumbers: masksKeepNumbers, at: location, function) {
      mismatch($0, $1, ulps: ulps)
    }
  }

  /// The same with a comparison of one's own, of a result with what NumPy says.
  static func check(
    _ op: String, masksKeepNumbers: Bool = false,
    at location: SourceLocation = #_sourceLocation,
    _ function: ([Tensor], Case) -> Tensor, _ difference: (NDArray, NDArray) -> String?
  ) throws {
    let failures = try failures(of: op) { inputs, example, expected in
      if let difference = difference(function(inputs.map { Tensor($0) }, example).array, expected) {
        return difference
      }
      let shapes = inputs.map {
        masksKeepNumbers && $0.scalarType == .bool
          ? Tensor($0) : Tensor(shapeOnly: TensorType($0.shape, $0.scalarType))
      }
      if shapes.isEmpty { return nil }
      let result = Result { try function(shapes, example).checkedType() }
      let type = TensorType(expected.shape, expected.scalarType)
      if case .success(type) = result { return nil }
      return "of shapes alone: \(result)"
    }
    #expect(failures == [], sourceLocation: location)
  }
}
