import BackpropFiles
import Foundation
import BackpropTestSupport

/// The built program, run as a user runs it.
struct CommandLineTool {
  /// What a run of the program left behind.
  struct Result {
    let status: Int32
    let out: String
    let err: String

    var lines: [String] { out.split(separator: "\n").map(String.init) }

    /// The lines as JSON; fails on anything else.
    func json() throws -> [[String: Any]] {
      try lines.map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
    }
  }

  /// A folder of the test's own: where the program runs, and the user's home.
  let folder: String

  /// Runs `body` with a program in a new folder, which is removed afterwards.
  static func use<R>(_ body: (CommandLineTool) throws -> R) throws -> R {
    try withTemporaryFolder { try body(CommandLineTool(folder: $0)) }
  }

  /// The program lies beside the tests.
  static let executable: String = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let tests = bundle?.bundleURL ?? Bundle.main.executableURL!
    return tests.deletingLastPathComponent().appendingPathComponent("backprop").path
  }()

  /// A path in the folder.
  func path(_ name: String) -> String { folder + "/" + name }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - shell: a line for the shell that runs the program as `"$0" "$@"`.
  ///   - whileRunning: is called once the program's output holds a line.
  func run(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil,
    whileRunning: ((Process) -> Void)? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell == nil ? Self.executable : "/bin/sh")
    process.arguments = (shell.map { ["-c", $0, Self.executable] } ?? []) + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BACKPROP") }
    variables["XDG_CACHE_HOME"] = nil
    variables["HOME"] = folder
    // What a program holds that ends in the midst of its work, the leak checker takes for lost.
    variables["ASAN_OPTIONS"] = variables["ASAN_OPTIONS"] ?? "detect_leaks=0"
    process.environment = variables.merging(environment) { $1 }
    // Files and not pipes: nothing can block, however much is written.
    let name = UUID().uuidString
    let (out, err) = (path(".out-\(name)"), path(".err-\(name)"))
    for file in [out, err] { try AtomicFile.write([], to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    if let whileRunning {
      while process.isRunning, (File.byteCount(of: out) ?? 0) == 0 { usleep(2000) }
      whileRunning(process)
    }
    if ended.wait(timeout: .now() + 60) == .timedOut { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, out: try text(out), err: try text(err))
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try File.read(path), as: UTF8.self)
  }
}
