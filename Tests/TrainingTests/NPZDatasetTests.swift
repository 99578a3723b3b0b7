import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropTraining

@Suite struct NPZDatasetTests {
  @Test func arraysByName() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/data.npz"
      let pixels = NDArray([0, 51, 255, 102] as [UInt8], shape: [2, 2])
      try NPZ.write(
        [
          (name: "x_train", array: StoredArray(pixels)),
          (name: "y_train", array: StoredArray(NDArray([3, 1] as [UInt8]))),
          (name: "short", array: StoredArray(NDArray([1.5]))),
        ], to: path)
      let data = try TensorDataset(
        npz: path, inputs: "x_train", targets: "y_train", scale: 1.0 / 255)
      let batch = data.batch([1, 0])
      #expect(batch.inputs.scalarType == .float32 && batch.targets.scalarType == .int32)
      #expect(zip(batch.inputs.doubles, [1, 0.4, 0, 0.2]).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(batch.targets.doubles == [1, 3])
      let missing = #expect(throws: WeightFileError.self) { try TensorDataset(npz: path) }
      #expect("\(missing!)".contains("'x'") && "\(missing!)".contains("'x_train'"))
      let other = #expect(throws: WeightFileError.self) {
        try TensorDataset(npz: path, inputs: "x_train", targets: "short")
      }
      #expect("\(other!)".contains("as many rows"))
    }
  }
}
