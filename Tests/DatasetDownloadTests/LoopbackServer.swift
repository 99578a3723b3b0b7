import BackpropFiles
import Foundation
import Synchronization

/// A small HTTP server on 127.0.0.1 that can misbehave as servers and networks do.
final class LoopbackServer: Sendable {
  /// What the server does with a request.
  struct Behavior: Sendable {
    /// The file's content.
    var content: [UInt8]
    /// The `ETag` that it gives; none if `nil`.
    var tag: String? = "\"1\""
    /// Whether it answers a `Range` with 206.
    var acceptsRanges = true
    /// After how many bytes of an answer it hangs up: one entry for each request, then never.
    var cuts: [Int] = []
    /// What it waits for between the header and the content.
    var gate: DispatchSemaphore?
    /// An HTTP status to answer with instead of the file.
    var status: Int?
    /// A path to send the client to, with the status.
    var location: String?
  }

  private struct State {
    var files: [String: Behavior]
    var requests: [String] = []
    var isStopped = false
  }

  let port: UInt16
  private let state: Mutex<State>
  private let ended = DispatchSemaphore(value: 0)

  init(_ files: [String: Behavior]) {
    state = Mutex(State(files: files))
    let descriptor = socket(AF_INET, Self.stream, 0)
    port = withAddress(port: 0) { address, size in
      var size = size
      guard
        bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &size) == 0
      else { fatalError("LoopbackServer: no port on 127.0.0.1") }
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
    }
    let thread = Thread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 || state.withLock({ $0.isStopped }) {
          close(connection)
          break
        }
        serve(connection)
        close(connection)
      }
      close(descriptor)
      ended.signal()
    }
    thread.start()
  }

  /// Stops the server: its port is closed from then on.
  func stop() {
    state.withLock { $0.isStopped = true }
    // A connection wakes the thread, which closes the port itself: closed from here, the number of
    // its descriptor could be that of the next server before the thread looks at it again.
    let descriptor = socket(AF_INET, Self.stream, 0)
    withAddress(port: port) { connect(descriptor, $0, $1) }
    close(descriptor)
    ended.wait()
  }

  private static var stream: Int32 {
    #if canImport(Glibc)
      Int32(SOCK_STREAM.rawValue)
    #else
      SOCK_STREAM
    #endif
  }

  /// The web address of the folder that the files are in.
  var address: String { "http://127.0.0.1:\(port)/files" }

  /// What was asked for: `name`, or `name from 100` for a range.
  var requests: [String] { state.withLock { $0.requests } }

  /// Changes what the server does with a file from now on.
  func update(_ name: String, _ change: @Sendable (inout Behavior) -> Void) {
    state.withLock { if $0.files[name] != nil { change(&$0.files[name]!) } }
  }

  /// Adds a file.
  func add(_ name: String, _ behavior: Behavior) {
    state.withLock { $0.files[name] = behavior }
  }

  private func serve(_ connection: Int32) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      request += buffer[..<count]
    }
    let lines = String(decoding: request, as: UTF8.self).components(separatedBy: "\r\n")
    let name = lines[0].split(separator: " ")[1].split(separator: "/").last.map(String.init) ?? ""
    func header(_ name: String) -> String? {
      lines.first { $0.lowercased().hasPrefix(name + ": ") }.map {
        String($0.dropFirst(name.count + 2))
      }
    }
    let start = header("range").flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
    let behavior: Behavior? = state.withLock { state in
      state.requests.append(start.map { "\(name) from \($0)" } ?? name)
      guard let behavior = state.files[name] else { return nil }
      if !behavior.cuts.isEmpty { state.files[name]!.cuts.removeFirst() }
      return behavior
    }
    guard let behavior, behavior.status == nil else {
      let status = behavior?.status ?? 404
      let location = behavior?.location.map { "Location: \($0)\r\n" } ?? ""
      let head = "HTTP/1.1 \(status) No\r\n\(location)Content-Length: 3\r\n"
      send(Array((head + "Connection: close\r\n\r\nno\n").utf8), connection)
      return
    }
    var body = behavior.content
    var head = "HTTP/1.1 200 OK\r\n"
    // If-Range: the rest only of the same version, or else the whole.
    if let start, behavior.acceptsRanges, header("if-range") == behavior.tag {
      if start >= body.count {
        head = "HTTP/1.1 416 No\r\n"
        body = []
      } else {
        head = "HTTP/1.1 206 Partial Content\r\n"
        head += "Content-Range: bytes \(start)-\(body.count - 1)/\(body.count)\r\n"
        body = Array(body[start...])
      }
    }
    if let tag = behavior.tag { head += "ETag: \(tag)\r\n" }
    head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    send(Array(head.utf8), connection)
    behavior.gate?.wait()
    send(Array(body.prefix(behavior.cuts.first ?? body.count)), connection)
    shutdown(connection, Int32(SHUT_WR))
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) {
    #if canImport(Darwin)
      let flags: Int32 = 0
      var on: Int32 = 1
      setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes {
        #if canImport(Darwin)
          Darwin.send(connection, $0.baseAddress! + position, bytes.count - position, flags)
        #else
          Glibc.send(connection, $0.baseAddress! + position, bytes.count - position, flags)
        #endif
      }
      if count <= 0 { return }
      position += count
    }
  }
}

/// Calls `body` with the address 127.0.0.1 and a port.
@discardableResult private func withAddress<R>(
  port: UInt16, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> R
) -> R {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  address.sin_port = port.bigEndian
  return withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}
