import BackpropFiles

/// A reader that is given bytes of any kind: it may refuse them, and nothing else.
struct FuzzTarget: Sendable {
  /// What `BACKPROP_FUZZ_TARGET` calls it.
  let name: String
  /// Files to begin with: folders and endings below Tests/Fixtures.
  let seeds: [(folder: String, ending: String)]
  /// What a file is for this reader; most take it as it is.
  var input: @Sendable ([UInt8]) -> [UInt8]? = { $0 }
  /// The folder of all files to begin with.
  static let fixtures = File.folder(of: File.folder(of: #filePath)!)! + "/Fixtures/"
  /// What the reader needs and this machine lacks; `nil` for nothing.
  var lacks: @Sendable () -> String? = { nil }
  /// Reads the bytes. What it throws is as good as a result.
  let read: @Sendable ([UInt8]) throws -> Void
}

/// The target of this process.
let target: FuzzTarget = {
  let name = getenv("BACKPROP_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    let names = FuzzTarget.all.map(\.name).joined(separator: " ")
    fatalError("BACKPROP_FUZZ_TARGET is '\(name)', expected one of: \(names)")
  }
  return target
}()

/// libFuzzer's loop, under C's calling convention, which for such arguments is Swift's too.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
struct Fuzz {
  static func main() throws {
    if let missing = target.lacks() {
      print("skipped: there is no \(missing)")
      return
    }
    // A folder for the files to begin with, if they are to be written.
    if let folder = getenv("BACKPROP_FUZZ_CORPUS") {
      try writeCorpus(to: String(cString: folder))
    }
    var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
    exit(
      runFuzzer(&count, &arguments) { bytes, count in
        try? target.read([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }

  private static func writeCorpus(to folder: String) throws {
    try File.createFolder(folder)
    for seed in target.seeds {
      let source = FuzzTarget.fixtures + seed.folder
      let names = File.names(in: source).filter { $0.hasSuffix(seed.ending) }
      if names.isEmpty { throw FileError(operation: "read", path: source, reason: .notFound) }
      for name in names {
        let bytes = try File.read(source + "/" + name)
        if let input = target.input(bytes) { try AtomicFile.write(input, to: folder + "/" + name) }
      }
    }
  }
}
