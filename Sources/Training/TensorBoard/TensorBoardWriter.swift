import BackpropArrays
import BackpropFiles
import BackpropImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes an event file, which TensorBoard shows: numbers over steps, how numbers are spread, and
/// pictures.
///
/// ```swift
/// let board = try TensorBoardWriter("logs/first")
/// for step in 1...100 { try board.scalar("loss", loss(step), step: step) }
/// try board.histogram("weights", model.weight.array, step: 100)
/// try board.flush()
/// // tensorboard --logdir logs
/// ```
///
/// A name with a slash, `loss/train`, stands in the group before it. Several files in one folder are
/// one run to TensorBoard. What is written is held back for a second at most while more is written;
/// ``flush()`` brings it to the file at once, and so does the end of the writer.
///
/// Format: records as TFRecord files have them (a length, its CRC-32C, the bytes, their CRC-32C, the
/// checksums masked), each a message `Event` of TensorFlow's `event.proto`.
public final class TensorBoardWriter {
  /// The file that is written.
  public let path: String

  private let file: FileWriter
  private let time: () -> Double
  private var waiting: [UInt8] = []
  private var lastWrite = ContinuousClock.now
  /// Bytes that wait are written when there are so many, or after so long.
  private static let most = 1 << 16
  private static let longest = Duration.seconds(1)

  /// Begins a new file.
  ///
  /// - Parameter folder: where it is; it and those above it are made if they are not there.
  /// - Throws: `FileError`.
  public convenience init(_ folder: String) throws {
    try self.init(folder, time: { Date().timeIntervalSince1970 })
  }

  init(_ folder: String, time: @escaping () -> Double) throws {
    self.time = time
    try File.createFolder(folder)
    // What TensorBoard looks for is `tfevents`; files are read in the order of their names.
    let seconds = zeroPadded(Int(time()), to: 10)
    let start = "\(folder)/events.out.tfevents.\(seconds).\(RunSystem.hostName).\(getpid())"
    var (name, number) = (start + ".0", 0)
    while File.byteCount(of: name) != nil {
      number += 1
      name = start + ".\(number)"
    }
    path = name
    file = try FileWriter(name, mode: .new)
    append { $0.add(3, "brain.Event:2") }
    try flush()
  }

  deinit { try? flush() }

  /// Has TensorBoard forget what earlier files in the folder say of later steps, where a run goes on
  /// that was cut off.
  ///
  /// - Parameter step: the last step that counts.
  /// - Throws: `FileError`.
  public func goOn(after step: Int) throws {
    append { event in
      event.add(2, step + 1)
      // A session that starts at this step.
      event.add(7) { $0.add(1, 1) }
    }
    try flush()
  }

  /// Adds a number.
  ///
  /// - Parameters:
  ///   - name: what it is.
  ///   - value: the number; TensorBoard keeps it as `Float`.
  ///   - step: the step that it belongs to.
  /// - Throws: `FileError`.
  public func scalar(_ name: String, _ value: Double, step: Int) throws {
    try add(name, step) { $0.add(2, Float(value)) }
  }

  /// Adds how numbers are spread. Those that are not finite are left out.
  ///
  /// - Parameters:
  ///   - name: what they are.
  ///   - values: the numbers, of any shape and type.
  ///   - step: the step that they belong to.
  /// - Throws: `FileError`.
  public func histogram(_ name: String, _ values: NDArray, step: Int) throws {
    try histogram(name, values.doubles, step: step)
  }

  /// Adds how numbers are spread. Those that are not finite are left out.
  ///
  /// - Parameters:
  ///   - name: what they are.
  ///   - values: the numbers.
  ///   - step: the step that they belong to.
  /// - Throws: `FileError`.
  public func histogram(_ name: String, _ values: [Double], step: Int) throws {
    let histogram = EventHistogram(of: values)
    try add(name, step) { value in
      value.add(5) { message in
        message.add(1, histogram.minimum)
        message.add(2, histogram.maximum)
        message.add(3, Double(histogram.count))
        message.add(4, histogram.sum)
        message.add(5, histogram.sumOfSquares)
        message.add(6, packed: histogram.buckets.map(\.limit))
        message.add(7, packed: histogram.buckets.map(\.count))
      }
    }
  }

  /// Adds a gray picture.
  ///
  /// - Parameters:
  ///   - name: what it is.
  ///   - image: the picture.
  ///   - step: the step that it belongs to.
  /// - Throws: `FileError`.
  public func image(_ name: String, _ image: GrayImage, step: Int) throws {
    try add(
      name, step, png: PNG.encode(image), width: image.width, height: image.height, channels: 1)
  }

  /// Adds a picture in colours.
  ///
  /// - Parameters:
  ///   - name: what it is.
  ///   - image: the picture.
  ///   - step: the step that it belongs to.
  /// - Throws: `FileError`.
  public func image(_ name: String, _ image: RGBImage, step: Int) throws {
    try add(
      name, step, png: PNG.encode(image), width: image.width, height: image.height, channels: 3)
  }

  /// Brings all that was added to the file, so that a TensorBoard that runs sees it.
  ///
  /// - Throws: `FileError`.
  public func flush() throws {
    if waiting.isEmpty { return }
    let bytes = waiting
    waiting = []
    lastWrite = .now
    try file.write(bytes)
  }

  // MARK: Messages

  func add(
    _ name: String, _ step: Int, png: [UInt8], width: Int, height: Int, channels: Int
  ) throws {
    try add(name, step) { value in
      value.add(4) { message in
        message.add(1, height)
        message.add(2, width)
        message.add(3, channels)
        message.add(4, png)
      }
    }
  }

  /// Adds a value of a summary.
  private func add(
    _ name: String, _ step: Int, _ build: (inout ProtocolBuffer) -> Void
  ) throws {
    append { event in
      event.add(2, step)
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, name)
          build(&value)
        }
      }
    }
    if waiting.count >= Self.most || lastWrite.duration(to: .now) >= Self.longest { try flush() }
  }

  /// An event as a record.
  private func append(_ build: (inout ProtocolBuffer) -> Void) {
    var event = ProtocolBuffer()
    event.add(1, time())
    build(&event)
    var length: [UInt8] = []
    length.append(littleEndian: UInt64(event.bytes.count))
    waiting += length
    waiting.append(littleEndian: Self.masked(CRC32C.checksum(length)))
    waiting += event.bytes
    waiting.append(littleEndian: Self.masked(CRC32C.checksum(event.bytes)))
  }

  /// The checksum as TFRecord files have it: turned, and moved by a constant, since a checksum of bytes
  /// that hold their own checksum says little.
  private static func masked(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
