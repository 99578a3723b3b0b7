import ArgumentParser
import Backprop
import BackpropFiles

/// Where texts come from: the lines of a file, or a column of a table.
struct TextSourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the file for CSV, and of that this column.", valueName: "NAME"))
  var column: String?
  @Argument(
    help: ArgumentHelp(
      "A file of texts, one a line; - is the standard input.", valueName: "FILE"))
  var file: String

  /// The texts. An end of line is "\n", or "\r\n" if all of them are.
  ///
  /// - Throws: `FileError`, `CSVError`.
  func texts() throws -> [String] {
    let path = file == "-" ? "/dev/stdin" : file
    if let column { return try CSVTable.texts(of: [column], in: path)[0] }
    return Self.lines(try FileReader(path).contents().array)
  }

  /// The lines of a text. What is no UTF-8 becomes replacement characters.
  static func lines(_ bytes: [UInt8]) -> [String] {
    let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var lines = bytes.split(separator: lineFeed, omittingEmptySubsequences: false)
    // What follows the last end of line is none, unless something does.
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    let ended = bytes.last == lineFeed ? lines[...] : lines.dropLast()
    if !ended.isEmpty, ended.allSatisfy({ $0.last == carriageReturn }) {
      for index in ended.indices { lines[index].removeLast() }
    }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The folder of a model as it lies on a hub.
struct ModelFolderOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the model, as it lies on a model hub.", valueName: "DIR"))
  var model: String
}

/// How texts become vectors.
struct EncodingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many texts to encode together. The vectors are the same for any number.",
      valueName: "N"))
  var batchSize = 1024
  @OptionGroup var quantization: QuantizationOption
  @OptionGroup var threads: ThreadsOption

  func validate() throws {
    if batchSize < 1 {
      throw ValidationError("the option --batch-size is \(batchSize), expected 1 or more")
    }
  }

  /// Calls `body` with the vectors of some texts after the other, and which texts they are.
  func encode(
    _ texts: [String], with encoder: SentenceEncoder,
    _ body: (_ vectors: Tensor, _ texts: ArraySlice<String>) throws -> Void
  ) throws {
    for start in stride(from: 0, to: texts.count, by: batchSize) {
      let part = texts[start..<start + min(batchSize, texts.count - start)]
      try body(try encoder.encode(Array(part)), part)
    }
  }
}
