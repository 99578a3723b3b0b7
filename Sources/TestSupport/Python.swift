import Foundation

/// The Python that tests may use, where it is there: `python3`, or what `BACKPROP_PYTHON` names.
public enum Python {
  /// Whether it has PyTorch and safetensors.
  public static let hasPyTorch: Bool = has("torch", "safetensors.torch")

  /// Whether it has these modules.
  public static func has(_ modules: String...) -> Bool {
    (try? run(["-c", "import " + modules.joined(separator: ", ")]).status) == 0
  }

  /// Whether it has pandas and Pillow.
  public static let hasPandas: Bool = (try? run(["-c", "import pandas, PIL"]).status) == 0

  /// Runs Python to its end.
  ///
  /// By `popen` and not Foundation's `Process`, whose objects the leak checker takes for lost when
  /// the program ends before they do: it cannot see through their weak references.
  ///
  /// - Returns: its exit status, and all that it wrote.
  public static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let program = ProcessInfo.processInfo.environment["BACKPROP_PYTHON"] ?? "python3"
    let words = ([program, "-B"] + arguments).map {
      "'" + $0.replacing("'", with: "'\\''") + "'"
    }
    guard let pipe = popen(words.joined(separator: " ") + " 2>&1 </dev/null", "r") else {
      throw CannotRun(program: program)
    }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&part, 1, part.count, pipe)
      if count == 0 { break }
      text += part[..<count]
    }
    // As waitpid tells it: a signal in the low seven bits, the exit status in the byte above.
    let ended: Int32 = pclose(pipe)
    let status: Int32 = (ended & 0x7f) == 0 ? (ended >> 8) & 0xff : -(ended & 0x7f)
    return (status, String(decoding: text, as: UTF8.self))
  }

  /// The shell could not be started.
  struct CannotRun: Error { let program: String }
}
