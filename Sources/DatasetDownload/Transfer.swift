import Files
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request for a file, or for the rest of it, written to the disk as it comes.
final class Transfer: NSObject, URLSessionDataDelegate {
  private struct State: ~Copyable {
    var writer: FileWriter?
    var start = 0
    var received = 0
    var total: Int?
    var reason: DownloadError.Reason?
    var fileError: FileError?
    var continuation: CheckedContinuation<Void, Never>?
  }

  private let address: String
  private let partial: PartialFile
  private let file: String
  private let resumesAt: Int
  private let progress: (@Sendable (DownloadProgress) -> Void)?
  private let state = Mutex(State())

  /// Requests a file.
  ///
  /// - Returns: why it did not come whole; `nil` if it did.
  /// - Throws: `FileError`, `CancellationError`.
  static func run(
    address: String, to partial: PartialFile, file: String,
    progress: (@Sendable (DownloadProgress) -> Void)?
  ) async throws -> DownloadError.Reason? {
    guard let url = URL(string: address), url.scheme != nil, url.host != nil else {
      return .badAddress
    }
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
    request.timeoutInterval = 60
    // The checksum is of the file as it is: it must not be packed or unpacked on the way.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    var resumesAt = 0
    if let version = partial.version(from: address) {
      resumesAt = partial.byteCount
      request.setValue("bytes=\(resumesAt)-", forHTTPHeaderField: "Range")
      request.setValue(version, forHTTPHeaderField: "If-Range")
    }
    let transfer = Transfer(
      address: address, partial: partial, file: file, resumesAt: resumesAt, progress: progress)
    let session = URLSession(
      configuration: .ephemeral, delegate: transfer, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: request)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.state.withLock { $0.continuation = continuation }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
    try Task.checkCancellation()
    return try transfer.result()
  }

  private init(
    address: String, partial: PartialFile, file: String, resumesAt: Int,
    progress: (@Sendable (DownloadProgress) -> Void)?
  ) {
    self.address = address
    self.partial = partial
    self.file = file
    self.resumesAt = resumesAt
    self.progress = progress
  }

  private func result() throws -> DownloadError.Reason? {
    try state.withLock { state in
      if let error = state.fileError { throw error }
      return state.reason
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let isAccepted = state.withLock { state in
      guard let response = response as? HTTPURLResponse else {
        state.reason = .noConnection("the answer is not HTTP")
        return false
      }
      return accept(response, &state)
    }
    completionHandler(isAccepted ? .allow : .cancel)
  }

  /// 206 goes on where the file ends; 200 is the whole file, whatever was asked for.
  private func accept(_ response: HTTPURLResponse, _ state: inout State) -> Bool {
    let length = response.value(forHTTPHeaderField: "Content-Length").flatMap { Int($0) }
    do {
      switch response.statusCode {
      case 206 where rangeStart(response) == resumesAt && resumesAt > 0:
        state.writer = try FileWriter(partial.path, mode: .append)
        state.start = resumesAt
      case 200:
        try partial.note(address: address, version: Self.version(of: response))
        state.writer = try FileWriter(partial.path, mode: .truncate)
      case let status:
        // 416: what is here is as long as the file, or longer, and is not it: start anew next time.
        if status == 416 || status == 206 { try partial.remove() }
        state.reason = .status(status)
        return false
      }
      state.total = length.map { $0 + state.start }
      return true
    } catch {
      state.fileError = error as? FileError
      return false
    }
  }

  /// The first byte that a 206 carries: the header is `bytes 100-199/200`.
  private func rangeStart(_ response: HTTPURLResponse) -> Int? {
    guard let range = response.value(forHTTPHeaderField: "Content-Range"),
      range.hasPrefix("bytes "), let dash = range.firstIndex(of: "-")
    else { return nil }
    return Int(range.dropFirst(6).prefix(upTo: dash))
  }

  /// A weak `ETag` does not promise the same bytes and must not be used here (RFC 9110, 13.1.5).
  private static func version(of response: HTTPURLResponse) -> String? {
    if let tag = response.value(forHTTPHeaderField: "ETag"), tag.hasPrefix("\"") { return tag }
    return response.value(forHTTPHeaderField: "Last-Modified")
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let report = state.withLock { state -> DownloadProgress? in
      if state.fileError != nil { return nil }
      do throws(FileError) {
        try state.writer?.write([UInt8](data))
      } catch {
        state.fileError = error
        return nil
      }
      state.received += data.count
      return DownloadProgress(
        file: file, byteCount: state.start + state.received, total: state.total)
    }
    if let report { progress?(report) } else { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.writer = nil
      let found = state.start + state.received
      if state.reason == nil && state.fileError == nil {
        if let total = state.total, found != total {
          state.reason = .brokenOff(expected: total, found: found)
        } else if let error {
          state.reason = .noConnection(error.localizedDescription)
        }
      }
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume()
  }
}
