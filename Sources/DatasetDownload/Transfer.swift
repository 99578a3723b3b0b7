import CBackpropCurl
import Dispatch
import BackpropFiles
import Synchronization

/// One request for a file, or for the rest of it, written to the disk as it comes.
///
/// It goes through the system's libcurl, on which Foundation's `URLSession` stands too where it is
/// no part of the system: linked to that, every start of the program would load some forty
/// libraries for the one command that downloads.
final class Transfer {
  /// Whether the task that waits was cancelled; seen from its thread and that of the request.
  private final class Cancellation: Sendable {
    let isRequested = Atomic<Bool>(false)
  }

  private let address: String
  private let partial: PartialFile
  private let file: String
  private let progress: (@Sendable (DownloadProgress) -> Void)?
  private let cancellation: Cancellation

  private var resumesAt = 0
  private var headers = ResponseHeaders()
  private var writer: FileWriter?
  private var start = 0
  private var received = 0
  private var total: Int?
  private var reason: DownloadError.Reason?
  private var fileError: (any Error)?

  /// Requests a file.
  ///
  /// - Returns: why it did not come whole; `nil` if it did.
  /// - Throws: `FileError`, `CancellationError`.
  static func run(
    address: String, to partial: PartialFile, file: String,
    progress: (@Sendable (DownloadProgress) -> Void)?
  ) async throws -> DownloadError.Reason? {
    let cancellation = Cancellation()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // libcurl waits for the network: no thread that tasks run on may do that.
        DispatchQueue.global().async {
          let transfer = Transfer(
            address: address, to: partial, file: file, progress: progress,
            cancellation: cancellation)
          continuation.resume(returning: transfer.result())
        }
      }
    } onCancel: {
      cancellation.isRequested.store(true, ordering: .relaxed)
    }
    try Task.checkCancellation()
    return try result.get()
  }

  private init(
    address: String, to partial: PartialFile, file: String,
    progress: (@Sendable (DownloadProgress) -> Void)?, cancellation: Cancellation
  ) {
    self.address = address
    self.partial = partial
    self.file = file
    self.progress = progress
    self.cancellation = cancellation
  }

  private func result() -> Result<DownloadError.Reason?, any Error> {
    guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
      return .success(.badAddress)
    }
    let end = request()
    writer = nil
    if let fileError { return .failure(fileError) }
    if let reason { return .success(reason) }
    let found = start + received
    if let total, found != total {
      return .success(.brokenOff(expected: total, found: found))
    }
    return .success(end)
  }

  /// Makes the request; returns how it failed.
  private func request() -> DownloadError.Reason? {
    // The checksum is of the file as it is: it must not be packed or unpacked on the way.
    var lines = ["Accept-Encoding: identity", "User-Agent: backprop"]
    if let version = partial.version(from: address) {
      resumesAt = partial.byteCount
      lines += ["Range: bytes=\(resumesAt)-", "If-Range: \(version)"]
    }
    let texts = lines.map { strdup($0) }
    defer { texts.forEach { free($0) } }
    let pointers = texts.map { $0.map { UnsafePointer($0) } } + [nil]

    var receiver = bp_curl_receiver()
    receiver.context = Unmanaged.passUnretained(self).toOpaque()
    receiver.take_header = { context, line, count in
      let bytes = UnsafeRawBufferPointer(start: line, count: count)
      return Transfer.at(context).take(header: String(decoding: bytes, as: UTF8.self))
    }
    receiver.take_content = { context, bytes, count in
      Transfer.at(context).take(content: UnsafeBufferPointer(start: bytes, count: count))
    }
    receiver.is_cancelled = { context in Transfer.at(context).isCancelled }

    var text = [CChar](repeating: 0, count: Int(BP_CURL_REASON_SIZE))
    let end = withExtendedLifetime(self) { bp_curl_get(address, pointers, &receiver, &text) }
    let explanation = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    switch end {
    case BP_CURL_COMPLETE:
      // A redirection that names no place to go to was not taken as an answer.
      return writer == nil ? .status(headers.status) : nil
    case BP_CURL_STOPPED: return nil
    case BP_CURL_BAD_ADDRESS: return .badAddress
    case BP_CURL_NOT_LOADED: return .noLibrary(explanation)
    default: return .noConnection(explanation)
    }
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
  }

  private var isCancelled: Bool { cancellation.isRequested.load(ordering: .relaxed) }

  private func take(header line: String) -> Bool {
    headers.add(line)
    guard headers.areComplete, !headers.announceAnother else { return !isCancelled }
    return accept()
  }

  /// 206 goes on where the file ends; 200 is the whole file, whatever was asked for.
  private func accept() -> Bool {
    do {
      switch headers.status {
      case 206 where headers.rangeStart == resumesAt && resumesAt > 0:
        writer = try FileWriter(partial.path, mode: .append)
        start = resumesAt
      case 200:
        try partial.note(address: address, version: headers.version)
        writer = try FileWriter(partial.path, mode: .truncate)
      case let status:
        // 416: what is here is as long as the file, or longer, and is not it: start anew next time.
        if status == 416 || status == 206 { try partial.remove() }
        reason = .status(status)
        return false
      }
      total = headers["content-length"].flatMap { Int($0) }.map { $0 + start }
      return true
    } catch {
      fileError = error
      return false
    }
  }

  private func take(content bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if isCancelled { return false }
    do {
      try writer?.write(Array(bytes))
    } catch {
      fileError = error
      return false
    }
    received += bytes.count
    progress?(DownloadProgress(file: file, byteCount: start + received, total: total))
    return true
  }
}
