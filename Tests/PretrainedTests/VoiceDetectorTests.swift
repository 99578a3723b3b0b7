import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Foundation
import Testing

/// The detector of the example `25-voice-detector`, whose file this folder links to.
@Suite struct VoiceDetectorTests {
  /// Its probabilities are those of the ONNX form in onnxruntime, for whole sounds and for chunks that
  /// come in one by one (of which the first will do).
  @Test func givesTheProbabilitiesOfTheONNXForm() throws {
    guard Python.has("silero_vad", "onnx", "onnxruntime", "safetensors.numpy", "scipy.signal")
    else {
      print(
        "Skipped: Python with silero-vad, onnx, onnxruntime, safetensors and SciPy is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let result = try Python.run([Fixtures.path("judge_voice_detector.py"), folder])
      try #require(result.status == 0, "\(result.text)")
      func numbers(_ name: String) throws -> [Float] {
        try NPY.read(folder + "/" + name + ".npy").array.scalars()
      }
      let names = File.names(in: folder).filter { $0.hasSuffix(".onnx.npy") }
        .map { String($0.dropLast(".onnx.npy".count)) }
      if !names.contains("speech") { print("Without speech: espeak-ng is not there.") }
      try #require(names.count == 4 || names.count == 6)
      // The ONNX form's own weights have sums that nearly cancel, so that numbers of 32 bits round to
      // more than 1e-5: PyTorch is off by 2.2e-5. In 64 bits what remains is onnxruntime's rounding.
      let cases: [(weights: String, ScalarType, bound: Float)] = [
        ("file", .float32, 1e-5), ("file", .float64, 1e-5), ("onnx", .float64, 1e-5),
        ("onnx", .float32, 2e-5),
      ]
      for (weights, scalarType, bound) in cases {
        let detector = try VoiceDetector(
          contentsOf: folder + "/\(weights).safetensors", scalarType: scalarType)
        var largest: Float = 0
        for name in names {
          let sound = Tensor(try numbers(name)).cast(to: scalarType)
          let expected = try numbers("\(name).\(weights)")
          let whole = detector.probabilities(of: sound)
          try #require(whole.count == expected.count)
          var memory = VoiceDetector.Memory()
          let chunks = (0..<min(40, sound.count / VoiceDetector.chunkLength)).flatMap { chunk in
            let start = chunk * VoiceDetector.chunkLength
            let samples = sound[start..<start + VoiceDetector.chunkLength]
            return detector(samples, continuing: &memory, .inference).cast(to: .float32)
              .scalars(as: Float.self)
          }
          for (actual, wanted) in Array(zip(whole, expected)) + zip(chunks, expected) {
            largest = max(largest, abs(actual - wanted))
          }
        }
        print("VoiceDetector, \(weights), \(scalarType): at most \(largest) from onnxruntime")
        #expect(largest <= bound)
      }
    }
  }

  /// The network learns like any other: each weight gets a gradient.
  @Test func passesTheGradientOn() {
    var random = RandomSource(seed: 1)
    let detector = VoiceDetector(using: &random)
    var memory = VoiceDetector.Memory()
    let sound = Tensor.normal([3 * VoiceDetector.chunkLength], using: &random)
    let gradients = detector(sound, continuing: &memory, .training(seed: 0, step: 0)).sum()
      .backward()
    for (name, weight) in detector.namedParameters {
      #expect((gradients[weight]?.abs().max().item ?? 0) > 0, "\(name)")
    }
  }

  @Test func otherFilesAreRefused() throws {
    let error = #expect(throws: WeightFileError.self) {
      _ = try VoiceDetector(contentsOf: Fixtures.path("encoders/bert/model.safetensors"))
    }
    #expect(error?.description.contains("transform.weight") == true, "\(error as Any)")
  }
}
