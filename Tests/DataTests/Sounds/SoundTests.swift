import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropTestSupport
import Testing

@testable import BackpropData

@Suite struct SoundTests {
  /// A WAV file.
  ///
  /// - Parameters:
  ///   - kind: 1 for whole numbers, 3 for fractions.
  ///   - bits: of a sample.
  ///   - channels: how many there are.
  ///   - data: the bytes of the samples.
  ///   - before: parts in front of them.
  ///   - length: what the file says of the length of `data`; `nil` for what it is.
  private static func wav(
    kind: Int = 1, bits: Int = 16, channels: Int = 1, data: [UInt8], before: [UInt8] = [],
    length: UInt32? = nil
  ) -> [UInt8] {
    var format: [UInt8] = []
    format.append(littleEndian: UInt16(kind))
    format.append(littleEndian: UInt16(channels))
    format.append(littleEndian: UInt32(16_000))
    format.append(littleEndian: UInt32(16_000 * channels * bits / 8))
    format.append(littleEndian: UInt16(truncatingIfNeeded: channels * bits / 8))
    format.append(littleEndian: UInt16(bits))
    return Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVE".utf8) + before + part("fmt ", format)
      + part("data", data, length: length)
  }

  private static func part(_ name: String, _ content: [UInt8], length: UInt32? = nil) -> [UInt8] {
    var bytes = Array(name.utf8)
    bytes.append(littleEndian: length ?? UInt32(content.count))
    return bytes + content + (content.count % 2 == 1 ? [0] : [])
  }

  private func samples(_ bytes: [UInt8]) throws -> [Float] {
    try Sound(wav: bytes).samples.array.scalars()
  }

  @Test func eachFormOfASample() throws {
    #expect(try samples(Self.wav(bits: 8, data: [0, 128, 255, 192])) == [-1, 0, 127 / 128, 0.5])
    #expect(try samples(Self.wav(data: [0, 128, 0, 64, 1, 0])) == [-1, 0.5, 1 / 32768])
    #expect(
      try samples(Self.wav(bits: 24, data: [0, 0, 128, 0, 0, 64, 255, 255, 255]))
        == [-1, 0.5, -1 / 8_388_608])
    #expect(try samples(Self.wav(bits: 32, data: [0, 0, 0, 128, 0, 0, 0, 64])) == [-1, 0.5])
    var data: [UInt8] = []
    for number: Float in [0.25, -1.5] { data.append(littleEndian: number.bitPattern) }
    #expect(try samples(Self.wav(kind: 3, bits: 32, data: data)) == [0.25, -1.5])
    data = []
    for number in [0.1, -2] { data.append(littleEndian: number.bitPattern) }
    #expect(try samples(Self.wav(kind: 3, bits: 64, data: data)) == [0.1, -2])
  }

  @Test func channelsAndTheirMean() throws {
    let sound = try Sound(wav: Self.wav(channels: 2, data: [0, 64, 0, 128, 0, 32, 0, 32]))
    #expect(sound.sampleRate == 16_000)
    #expect(sound.samples.shape == [2, 2])
    #expect(sound.samples.array.scalars(as: Float.self) == [0.5, 0.25, -1, 0.25])
    #expect(sound.mono.array.scalars(as: Float.self) == [-0.25, 0.25])
    let one = try Sound(wav: Self.wav(data: [0, 64]))
    #expect(one.mono.shape == [1])
    #expect(try Sound(wav: Self.wav(data: [])).samples.shape == [1, 0])
  }

  @Test func otherPartsArePassedOver() throws {
    let before = Self.part("LIST", [1, 2, 3]) + Self.part("fact", [])
    #expect(try samples(Self.wav(data: [0, 64], before: before)) == [0.5])
  }

  /// As a program writes to a pipe: the length is not known, and the last frame may be cut.
  @Test func aLengthThatIsNotKnown() throws {
    for length: UInt32 in [0xffff_ffff, 0x7fff_f000] {
      #expect(try samples(Self.wav(data: [0, 64, 0, 128], length: length)) == [0.5, -1])
      let cut = Self.wav(data: [0, 64, 9], length: length).dropLast()
      #expect(try samples(Array(cut)) == [0.5])
    }
  }

  @Test func damagedFilesAreNamed() throws {
    let good = Self.wav(data: [0, 64, 0, 64])
    let cases: [([UInt8], String)] = [
      ([], "does not begin"), (Array("RIFX".utf8) + good.dropFirst(4), "does not begin"),
      (Array(good.prefix(12)), "no part 'fmt '"), (Array(good.prefix(36)), "no part 'data'"),
      (Array(good.dropLast()), "cut short: its part 'data' has 4 bytes"),
      (Array("RIFF0000WAVE".utf8) + Self.part("data", [0, 0]), "no part 'fmt '"),
      (Array("RIFF0000WAVE".utf8) + Self.part("fmt ", [1, 0]), "cut short"),
      (Self.wav(data: [1, 2, 3]), "no multiple of the 2"),
      (Self.wav(kind: 7, bits: 8, data: []), "µ-law of 8 bits"),
      (Self.wav(kind: 1, bits: 12, data: []), "whole numbers of 12 bits"),
      (Self.wav(kind: 0x1234, data: []), "kind 4660"),
      (Self.wav(channels: 0, data: []), "0 channels"),
      (Self.wav(channels: 65535, data: []), "have 131070"),
      (Array("RIFF0000WAVE\u{1}\u{2}xx".utf8) + [255, 255, 255, 127], "part '??xx'"),
    ]
    for (bytes, word) in cases {
      let error = #expect(throws: SoundFileError.self) { _ = try Sound(wav: bytes, file: "a.wav") }
      #expect(error?.description.contains(word) == true, "\(word): \(error as Any)")
      #expect(error?.description.hasPrefix("cannot read 'a.wav' as a sound: ") == true)
    }
    #expect(throws: FileError.self) { _ = try Sound(contentsOf: "/nowhere.wav") }
  }

  /// Any bytes give a sound or an error.
  @Test func changedBytesEndInNothingWorse() {
    var random = RandomSource(seed: 5)
    let good = Self.wav(channels: 2, data: Array(0..<64), before: Self.part("LIST", [1, 2, 3]))
    for _ in 0..<20_000 {
      var bytes = Array(good.prefix(Int.random(in: 0...good.count, using: &random)))
      for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      if let sound = try? Sound(wav: bytes) { #expect(sound.samples.count <= bytes.count) }
    }
  }

  @Test func filesOfSciPy() throws {
    guard Python.has("scipy.io.wavfile", "numpy") else {
      print("Skipped: Python with SciPy is not there.")
      return
    }
    try withTemporaryFolder { folder in
      let script = """
        import sys, numpy as np, scipy.io.wavfile as w
        r = np.random.default_rng(3)
        for kind in ['uint8', 'int16', 'int32', 'float32', 'float64']:
            for channels in [1, 3]:
                x = r.standard_normal((77, channels)) * 0.3
                if kind[0] != 'f':
                    i = np.iinfo(kind)
                    x = np.clip(x * 2.0 ** (i.bits - 1) + (128 if kind == 'uint8' else 0), i.min, i.max)
                x = x.astype(kind)
                name = f'{sys.argv[1]}/{kind}-{channels}'
                w.write(name + '.wav', 22050, x[:, 0] if channels == 1 else x)
                y = x.astype('float64')
                if kind == 'uint8': y = (y - 128) / 128
                elif kind[0] == 'i': y = y / 2.0 ** (np.iinfo(kind).bits - 1)
                y.T.astype('<f4').tofile(name + '.raw')
        """
      let result = try Python.run(["-c", script, folder])
      try #require(result.status == 0, "\(result.text)")
      let names = File.names(in: folder).filter { $0.hasSuffix(".wav") }
      #expect(names.count == 10)
      for name in names {
        let sound = try Sound(contentsOf: folder + "/" + name)
        let expected = try File.read(folder + "/" + name.replacing(".wav", with: ".raw"))
        #expect(sound.sampleRate == 22_050)
        let bytes = sound.samples.array.withContiguousBytes { Array($0) }
        #expect(bytes == expected, "\(name)")
      }
    }
  }
}
