import BackpropFiles

/// A text with numbers in it, as C's `printf` makes it: `formatted("%.2f s", 0.5)` is `0.50 s`.
///
/// Foundation's `String(format:)` does the same, but loading Foundation takes longer than a
/// prediction.
func formatted(_ format: String, _ arguments: any CVarArg...) -> String {
  let count = withVaList(arguments) { vsnprintf(nil, 0, format, $0) }
  return String(unsafeUninitializedCapacity: Int(count) + 1) { buffer in
    buffer.withMemoryRebound(to: CChar.self) { characters in
      Int(withVaList(arguments) { vsnprintf(characters.baseAddress, Int(count) + 1, format, $0) })
    }
  }
}
