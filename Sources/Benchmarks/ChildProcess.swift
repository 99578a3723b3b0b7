import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Another run of this program.
enum ChildProcess {
  /// Runs this program with these arguments to its end, and throws away what it prints.
  ///
  /// The time goes from before the start to the moment at which the system tells of the end.
  /// Foundation's `Process` would not do: it looks for the end every 50 milliseconds.
  ///
  /// - Returns: the seconds that it took.
  /// - Throws: `BenchmarkError` if it cannot be started or fails.
  static func seconds(_ arguments: [String]) throws(BenchmarkError) -> Double {
    // The program is found by the name that it was itself started with.
    let program = CommandLine.arguments[0]
    var argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
    var variablePointers =
      ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argumentPointers + variablePointers).forEach { free($0) } }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)

    let clock = ContinuousClock()
    let start = clock.now
    var process = pid_t()
    let code = posix_spawnp(
      &process, program, &actions, nil, &argumentPointers, &variablePointers)
    guard code == 0 else { throw .cannotStart(reason: String(cString: strerror(code))) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let seconds = start.duration(to: clock.now).inSeconds
    guard status == 0 else { throw .startFailed(status: status) }
    return seconds
  }
}
