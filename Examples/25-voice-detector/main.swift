// Find speech in a sound: a foreign recurrent network, rebuilt of this library's layers, with its own
// weights.
import Backprop
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let weights = arguments.first, let file = arguments.last else {
  print(
    """
    Give silero_vad_16k.safetensors of the package silero-vad ('pip download silero-vad', and unpack the
    .whl as a zip) and a sound: a WAV file, or an .npy file of samples from -1 to 1, of 16,000 samples a
    second. What the weights will be loaded into:

    """)
  var random = RandomSource(seed: 0)
  print(VoiceDetector(using: &random).summary)
  exit(0)
}

/// The samples of a file.
func samples(of path: String) throws -> Tensor {
  if path.hasSuffix(".npy") {
    return Tensor(try NPY.read(path).array).flattened().cast(to: .float32)
  }
  let sound = try Sound(contentsOf: path)
  guard sound.sampleRate == VoiceDetector.sampleRate else {
    fatalError(
      "'\(path)' has \(sound.sampleRate) samples a second, and the detector hears 16,000; convert "
        + "it, for instance with 'ffmpeg -i \(path) -ar 16000 OUT.wav'")
  }
  return sound.mono
}

let detector = try VoiceDetector(contentsOf: weights)
let probabilities = detector.probabilities(of: try samples(of: file))

// Stretches in which somebody speaks more likely than not.
let second = Double(VoiceDetector.sampleRate) / Double(VoiceDetector.chunkLength)
var start: Int?
for (chunk, probability) in (probabilities + [0]).enumerated() {
  if probability >= 0.5 { start = start ?? chunk }
  if probability < 0.5, let first = start {
    print("speech from \(Double(first) / second) s to \(Double(chunk) / second) s")
    start = nil
  }
}
print("\(probabilities.count) chunks, in \(probabilities.count { $0 >= 0.5 }) of them speech")
