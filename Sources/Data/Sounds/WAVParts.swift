import BackpropFiles

/// What a WAV file says about its samples, and where they lie in it.
///
/// A file is a list of parts, each with a name of four letters and a length, padded to an even one. Of
/// these, `fmt ` tells what a sample is, `data` holds the samples; others are passed over.
struct WAVParts {
  let channels: Int
  let sampleRate: Int
  let encoding: SampleEncoding
  /// The bytes of the samples: some whole frames.
  let data: Range<Int>

  /// A program that writes to a pipe does not know the length, and leaves one about as large as can be.
  private static let unknownLength = 0x7fff_0000

  init(_ bytes: [UInt8]) throws(SoundFileError.Reason) {
    guard bytes.count >= 12, Self.letters(bytes, 0) == "RIFF", Self.letters(bytes, 8) == "WAVE"
    else { throw .noWAV }
    var format: (channels: Int, sampleRate: Int, encoding: SampleEncoding)?
    var position = 12
    while position + 8 <= bytes.count {
      let name = Self.letters(bytes, position)
      let length = Int(bytes.littleEndian(UInt32.self, at: position + 4))
      let (start, rest) = (position + 8, bytes.count - position - 8)
      let isOpen = name == "data" && length >= Self.unknownLength
      guard length <= rest || isOpen else {
        throw .cutShort(part: Self.printable(name), expected: length, found: rest)
      }
      let end = start + min(length, rest)
      if name == "fmt " { format = try Self.format(bytes, start..<end) }
      if name == "data" {
        guard let format else { throw .missing(part: "fmt ") }
        let frame = format.channels * format.encoding.byteCount
        let count = (end - start) / frame
        guard isOpen || count * frame == end - start else {
          throw .invalid(
            "\(end - start) bytes of samples are no multiple of the \(frame) that "
              + "\(format.channels) channels have")
        }
        (channels, sampleRate, encoding) = format
        data = start..<start + count * frame
        return
      }
      position = end + (end - start) % 2
    }
    throw .missing(part: format == nil ? "fmt " : "data")
  }

  private static func format(
    _ bytes: [UInt8], _ part: Range<Int>
  ) throws(SoundFileError.Reason) -> (channels: Int, sampleRate: Int, encoding: SampleEncoding) {
    guard part.count >= 16 else {
      throw .cutShort(part: "fmt ", expected: 16, found: part.count)
    }
    func number(_ offset: Int) -> Int {
      Int(bytes.littleEndian(UInt16.self, at: part.lowerBound + offset))
    }
    var (kind, bits) = (number(0), number(14))
    // The kind stands at the end, in the first bytes of a long number.
    if kind == 0xfffe, part.count >= 26 { kind = number(24) }
    let encoding: SampleEncoding
    switch (kind, bits) {
    case (1, 8): encoding = .unsigned8
    case (1, 16): encoding = .signed16
    case (1, 24): encoding = .signed24
    case (1, 32): encoding = .signed32
    case (3, 32): encoding = .float32
    case (3, 64): encoding = .float64
    default:
      let names = [
        1: "whole numbers", 2: "packed by ADPCM", 3: "fractions", 6: "of A-law", 7: "of µ-law",
        0x11: "packed by ADPCM", 0x55: "packed by MP3",
      ]
      throw .unsupported("\(names[kind] ?? "of the kind \(kind)") of \(bits) bits")
    }
    let channels = number(2)
    let rate = Int(bytes.littleEndian(UInt32.self, at: part.lowerBound + 4))
    guard channels > 0, rate > 0 else {
      throw .invalid("it gives \(channels) channels and \(rate) samples a second")
    }
    guard number(12) == channels * encoding.byteCount else {
      throw .invalid(
        "it gives \(number(12)) bytes for a sample of all channels, and \(channels) channels of "
          + "\(bits) bits have \(channels * encoding.byteCount)")
    }
    return (channels, rate, encoding)
  }

  private static func letters(_ bytes: [UInt8], _ position: Int) -> String {
    String(decoding: bytes[position..<position + 4], as: UTF8.self)
  }

  private static func printable(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") ? $0 : "?" })
  }
}

/// How a WAV file writes a sample.
enum SampleEncoding {
  case unsigned8, signed16, signed24, signed32, float32, float64

  /// The bytes of a sample of one channel.
  var byteCount: Int {
    switch self {
    case .unsigned8: 1
    case .signed16: 2
    case .signed24: 3
    case .signed32, .float32: 4
    case .float64: 8
    }
  }

  /// Writes samples channel by channel, which lie in the file sample by sample.
  ///
  /// - Parameters:
  ///   - data: the bytes of the file.
  ///   - channels: how many channels there are.
  ///   - count: how many samples each has.
  ///   - out: where they go.
  func decode(
    _ data: UnsafeRawBufferPointer, channels: Int, count: Int,
    into out: UnsafeMutableBufferPointer<Float>
  ) {
    func fill(_ sample: (_ offset: Int) -> Float) {
      let size = byteCount
      for channel in 0..<channels {
        for index in 0..<count {
          out[channel * count + index] = sample((index * channels + channel) * size)
        }
      }
    }
    func bits<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
      T(littleEndian: data.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    switch self {
    case .unsigned8: fill { (Float(data[$0]) - 128) / 128 }
    case .signed16: fill { Float(bits($0, Int16.self)) / 0x1p15 }
    case .signed24:
      fill {
        let low = Int32(bits($0, UInt16.self))
        return Float(Int32(Int8(bitPattern: data[$0 + 2])) << 16 | low) / 0x1p23
      }
    case .signed32: fill { Float(bits($0, Int32.self)) / 0x1p31 }
    case .float32: fill { Float(bitPattern: bits($0, UInt32.self)) }
    case .float64: fill { Float(Double(bitPattern: bits($0, UInt64.self))) }
    }
  }
}
