import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A stretch of a run that one process computed: a run that was cut off and taken up again has
/// several.
public struct RunSession: Sendable, Hashable {
  /// When it began.
  public var started: Date
  /// When it ended; `nil` if it is going on, or was cut off.
  public var ended: Date?
  /// The number of the process.
  public var process: Int
  /// The error that ended it, if one did.
  public var error: String?
  /// What it was computed on.
  public var system: RunSystem
}

/// Keeps `system.json` of a run's folder: by which machines and when the run was computed.
final class RunSessions {
  static let fileName = "system.json"

  private let path: String
  private var sessions: [RunSession]

  /// Begins a session.
  ///
  /// - Parameters:
  ///   - folder: the folder of the run.
  ///   - resuming: whether the sessions that the folder tells of are of this run too.
  /// - Throws: `FileError`.
  init(in folder: String, resuming: Bool = false) throws {
    path = "\(folder)/\(Self.fileName)"
    // A file that cannot be read is no reason to refuse what goes on.
    sessions = resuming ? (try? Self.read(path)) ?? [] : []
    sessions.append(
      RunSession(started: Date(), process: Int(getpid()), system: .current))
    try write()
  }

  /// Ends the session.
  ///
  /// - Parameter error: what ended it, if that was an error.
  /// - Throws: `FileError`.
  func end(_ error: (any Error)? = nil) throws {
    sessions[sessions.count - 1].ended = Date()
    sessions[sessions.count - 1].error = error.map { "\($0)" }
    try write()
  }

  private func write() throws {
    try RunJSON.write(Contents(sessions: sessions.map(Contents.Session.init)), to: path)
  }

  /// The sessions that a file tells of.
  ///
  /// - Throws: `FileError`; `JSONDocument.Failure` for what is no such file.
  static func read(_ path: String) throws -> [RunSession] {
    let document = try JSONDocument(try File.read(path, limit: 1 << 24))
    guard case .array(let sessions)? = document["sessions"] else {
      throw JSONDocument.Failure(description: "there is no list of sessions")
    }
    return try sessions.map { session in
      guard let started = session["started"]?.string.flatMap(UTCTime.date) else {
        throw JSONDocument.Failure(description: "a session does not say when it began")
      }
      return RunSession(
        started: started, ended: session["ended"]?.string.flatMap(UTCTime.date),
        process: session["process"]?.integer ?? 0, error: session["error"]?.string,
        system: RunSystem(session["system"] ?? .null))
    }
  }
}

/// The file: moments as people read them.
private struct Contents: Encodable {
  struct Session: Encodable {
    var started: String
    var ended: String?
    var process: Int
    var error: String?
    var system: RunSystem

    init(_ session: RunSession) {
      started = UTCTime.text(session.started)
      ended = session.ended.map(UTCTime.text)
      process = session.process
      error = session.error
      system = session.system
    }
  }

  var version = 1
  var sessions: [Session]
}

extension RunSystem {
  /// The system that a file tells of; what it does not tell is unknown.
  init(_ document: JSONDocument) {
    func text(_ name: String) -> String { document[name]?.string ?? "unknown" }
    func count(_ name: String) -> Int { document[name]?.integer ?? 0 }
    self.init(
      processor: text("processor"), processorCount: count("processorCount"),
      instructionSet: text("instructionSet"), threads: count("threads"),
      operatingSystem: text("operatingSystem"), host: text("host"),
      swiftVersion: text("swiftVersion"), backpropVersion: text("backpropVersion"))
  }
}
