import BackpropFiles

/// A reader that is given bytes of any kind: it may refuse them, and nothing else.
struct FuzzTarget {
  /// What `BACKPROP_FUZZ_TARGET` calls it.
  let name: String
  /// Files to begin with: folders and endings below Tests/Fixtures.
  let seeds: [(folder: String, ending: String)]
  /// What a file is for this reader; most take it as it is.
  var input: ([UInt8]) -> [UInt8]? = { $0 }
  /// Reads the bytes. What it throws is as good as a result.
  let read: ([UInt8]) throws -> Void
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

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  try? target.read(input)
  return 0
}

/// Writes the files to begin with, where `BACKPROP_FUZZ_CORPUS` names a folder for them.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
  _ argumentCount: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  guard let folder = getenv("BACKPROP_FUZZ_CORPUS").map({ String(cString: $0) }) else { return 0 }
  let fixtures = File.folder(of: File.folder(of: #filePath)!)! + "/Fixtures/"
  do {
    try File.createFolder(folder)
    for seed in target.seeds {
      for name in try names(in: fixtures + seed.folder) where name.hasSuffix(seed.ending) {
        let bytes = try File.read(fixtures + seed.folder + "/" + name)
        if let input = target.input(bytes) { try AtomicFile.write(input, to: folder + "/" + name) }
      }
    }
  } catch {
    fatalError("the corpus in '\(folder)': \(error)")
  }
  return 0
}

/// The names of the files in a folder.
private func names(in folder: String) throws -> [String] {
  guard let stream = opendir(folder) else {
    throw FileError(operation: "read", path: folder, reason: .notFound)
  }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      })
  }
  return names.sorted()
}
