import BackpropArrays
import BackpropAutodiff
import BackpropFiles

/// A sound: samples of one channel or several.
///
/// ```swift
/// let sound = try Sound(contentsOf: "speech.wav")
/// sound.sampleRate                       // 16000
/// sound.samples                          // (channels, samples), from -1 to 1
/// sound.mono                             // (samples)
/// ```
///
/// Read from WAV files of whole numbers of 8, 16, 24 or 32 bits, or fractions of 32 or 64 bits. A
/// number of n bits is divided by 2ⁿ⁻¹, as is usual, so that samples lie from -1 to 1.
///
/// Source: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991), and
/// `WAVE_FORMAT_EXTENSIBLE`.
public struct Sound: Sendable {
  /// How many samples of each channel there are in a second.
  public let sampleRate: Int
  /// The samples: of shape (channels, samples), `float32`.
  public let samples: Tensor

  /// The mean of the channels: of shape (samples).
  public var mono: Tensor {
    samples.shape[0] == 1
      ? samples.reshaped(to: [samples.shape[1]] as Shape) : samples.mean(axis: 0)
  }

  /// Reads a WAV file.
  ///
  /// - Throws: `FileError`, or `SoundFileError` if it is none, is damaged, or packs its samples.
  public init(contentsOf path: String) throws {
    try self.init(wav: File.read(path, limit: Self.byteLimit), file: path)
  }

  /// The sizes in a WAV file have 32 bits, so it has no more bytes than this.
  private static let byteLimit = 1 << 32

  /// Decodes the content of a WAV file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the name that errors give.
  /// - Throws: `SoundFileError`.
  public init(wav bytes: [UInt8], file: String = "sound.wav") throws(SoundFileError) {
    let parts: WAVParts
    do {
      parts = try WAVParts(bytes)
    } catch {
      throw SoundFileError(error, file: file)
    }
    sampleRate = parts.sampleRate
    let channels = parts.channels
    let count = parts.data.count / (channels * parts.encoding.byteCount)
    let result = NDArray(uninitialized: [channels, count], .float32)
    let numbers = UnsafeMutableBufferPointer(
      start: result.storage.base.assumingMemoryBound(to: Float.self), count: channels * count)
    bytes.withUnsafeBytes { all in
      let data = UnsafeRawBufferPointer(rebasing: all[parts.data])
      parts.encoding.decode(data, channels: channels, count: count, into: numbers)
    }
    samples = Tensor(result)
  }
}

/// A file that holds no sound which can be read: which one, and what is wrong.
public struct SoundFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Error, Hashable, Sendable {
    /// The file does not begin as a WAV file does.
    case noWAV
    /// The file ends before what it announces: the part, what it has by its own word, what is there.
    case cutShort(part: String, expected: Int, found: Int)
    /// A part that every WAV file has is missing.
    case missing(part: String)
    /// What the file says about its samples makes no sense.
    case invalid(String)
    /// The samples are in a form that is not read.
    case unsupported(String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named.
  public let file: String

  /// Makes an error.
  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    let what =
      switch reason {
      case .noWAV: "it does not begin as a WAV file does, with 'RIFF' and 'WAVE'"
      case .cutShort(let part, let expected, let found):
        "it is cut short: its part '\(part)' has \(expected) bytes by its own word, and there are "
          + "\(found)"
      case .missing(let part): "it has no part '\(part)'"
      case .invalid(let what): what
      case .unsupported(let what):
        "its samples are \(what); samples of 8, 16, 24 or 32 bits or fractions of 32 or 64 are "
          + "read. Convert it, for instance with 'ffmpeg -i IN -c:a pcm_s16le OUT.wav'"
      }
    return "cannot read '\(file)' as a sound: \(what)."
  }
}
