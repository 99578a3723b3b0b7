import BackpropFiles

/// A file that could not be fetched from any of its addresses.
public struct DownloadError: Error, Equatable, CustomStringConvertible {
  /// Why one address did not give the file.
  public enum Reason: Equatable, Sendable {
    /// The server was not reached, or stopped answering: the system's text.
    case noConnection(String)
    /// The server answered something else than the file.
    case status(Int)
    /// The server sent fewer bytes than it had announced.
    case brokenOff(expected: Int, found: Int)
    /// The content has another size than the file must have.
    case wrongSize(expected: Int, found: Int)
    /// The content is not that of the file.
    case wrongChecksum(expected: String, found: String)
    /// The file that came is damaged: what the unpacking said.
    case damaged(String)
    /// The address is none of HTTP or HTTPS.
    case badAddress
    /// The system's libcurl, which makes the connection, is not there: the loader's text.
    case noLibrary(String)
  }

  /// An address and why it did not give the file.
  public struct Attempt: Equatable, Sendable {
    /// The web address.
    public let address: String
    /// Why it did not give the file.
    public let reason: Reason
  }

  /// The name of the file.
  public let file: String
  /// The folder that it was to be put in.
  public let folder: String
  /// Every address that was tried, in order.
  public let attempts: [Attempt]

  public var description: String {
    var text = "could not fetch '\(file)':"
    for attempt in attempts { text += "\n  \(attempt.address): \(attempt.reason.text)" }
    text += "\nTry again later: what came already is kept. Or fetch the file by hand from one of "
    return text + "these addresses and put it into '\(folder)'."
  }
}

extension DownloadError.Reason {
  var text: String {
    switch self {
    case .noConnection(let text): "no connection (\(text)). Is the network up?"
    case .status(let status): "the server answered with HTTP status \(status)."
    case .brokenOff(let expected, let found):
      "the connection broke off after \(found) of \(expected) bytes."
    case .wrongSize(let expected, let found):
      "the content has \(found) bytes, and \(expected) were expected. It was thrown away."
    case .wrongChecksum(let expected, let found):
      "the content is another: expected the SHA-256 \(expected), found \(found). It was thrown away."
    case .damaged(let text): "\(text)"
    case .badAddress: "this is no web address; it begins with https:// or http://."
    case .noLibrary(let text):
      "libcurl, which makes the connection, could not be loaded (\(text)). Install it: "
        + "on Debian and Ubuntu it is the package libcurl4."
    }
  }

  /// Whether asking the same server again for the rest may help.
  var isInterruption: Bool {
    switch self {
    case .brokenOff, .noConnection: true
    default: false
    }
  }
}
