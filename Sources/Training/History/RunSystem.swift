import BackpropArrays
import BackpropFiles

/// What a run was computed on: by this its times can be compared with others, and its bits.
public struct RunSystem: Codable, Sendable, Hashable {
  /// The name of the processor, as it tells it.
  public var processor: String
  /// How many processors the system has.
  public var processorCount: Int
  /// The instruction set that was computed with: `avx512`, `avx2`, `neon` or `portable`.
  public var instructionSet: String
  /// How many threads one operation could use.
  public var threads: Int
  /// The operating system and its version.
  public var operatingSystem: String
  /// The name of the machine.
  public var host: String
  /// The version of the Swift compiler that made the program.
  public var swiftVersion: String
  /// The version of this library.
  public var backpropVersion: String

  /// The name of the machine that the program runs on.
  static var hostName: String {
    var names = utsname()
    return uname(&names) == 0 ? text(names.nodename) : "unknown"
  }

  /// The text of an array of characters of the system's.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The system that the program runs on.
  public static var current: RunSystem {
    var names = utsname()
    let hasNames = uname(&names) == 0
    let machine = hasNames ? text(names.machine) : "unknown"
    let kernel = hasNames ? "\(text(names.sysname)) \(text(names.release))" : "unknown"
    return RunSystem(
      processor: processorName ?? machine,
      processorCount: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
      instructionSet: InstructionSet.current, threads: Parallel.threadCount,
      operatingSystem: distribution.map { "\($0), \(kernel)" } ?? kernel,
      host: hostName, swiftVersion: compiler,
      backpropVersion: LibraryVersion.current)
  }

  private static var processorName: String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else {
        return nil
      }
      var name = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return value(of: ["model name", "Model", "Hardware"], in: "/proc/cpuinfo", separator: ":")
    #endif
  }

  private static var distribution: String? {
    #if canImport(Darwin)
      return nil
    #else
      return value(of: ["PRETTY_NAME"], in: "/etc/os-release", separator: "=")
    #endif
  }

  /// The value of the first of the names that a file of lines `name: value` has.
  private static func value(
    of names: [String], in path: String, separator: Character
  ) -> String? {
    guard let text = systemText(path) else { return nil }
    for name in names {
      for line in text.split(separator: "\n") where line.hasPrefix(name) {
        let parts = line.split(separator: separator, maxSplits: 1)
        guard parts.count == 2 else { continue }
        let isFiller: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\"" }
        let value = parts[1].drop(while: isFiller)
        let end = value.lastIndex { !isFiller($0) }
        return end.map { String(value[...$0]) }
      }
    }
    return nil
  }

  /// The beginning of a file of the system's. Those in /proc say that they are empty.
  private static func systemText(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  private static var compiler: String {
    #if compiler(>=6.5)
      "6.5 or newer"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }
}
