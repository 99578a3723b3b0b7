import Foundation
import Synchronization
import BackpropTestSupport
import Testing

@testable import BackpropDatasetDownload
@testable import BackpropData
@testable import BackpropFiles

@Suite(.serialized) struct DatasetDownloadTests {
  /// Four small files, two of them packed, in place of a data set.
  private static let contents: [String: [UInt8]] = [
    "images.gz": (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) },
    "labels.gz": Array("labels".utf8), "test-images": Array("test images".utf8),
    "test-labels": Array("test labels".utf8),
  ]

  private static func published(_ name: String) -> [UInt8] {
    name.hasSuffix(".gz") ? Zlib.deflate(contents[name]!, wrapper: .gzip) : contents[name]!
  }

  private static let dataset: DatasetDescription = {
    func file(_ name: String) -> DatasetFile {
      let content = contents[name]!
      return DatasetFile(
        name: name, byteCount: content.count,
        checksum: name == "labels.gz"
          ? .published(SHA256.hash(published(name))) : .content(SHA256.hash(content)))
    }
    return DatasetDescription(
      name: "small", title: "Small", classNames: [], trainImages: file("images.gz"),
      trainLabels: file("labels.gz"), testImages: file("test-images"),
      testLabels: file("test-labels"), mirrors: [])
  }()

  private func server(
    _ change: (inout LoopbackServer.Behavior) -> Void = { _ in }
  ) -> LoopbackServer {
    var files: [String: LoopbackServer.Behavior] = [:]
    for name in Self.contents.keys { files[name] = .init(content: Self.published(name)) }
    change(&files["images.gz"]!)
    return LoopbackServer(files)
  }

  private func names(_ folder: String) -> [String]? {
    try? FileManager.default.contentsOfDirectory(atPath: folder + "/small").sorted()
  }

  private func fetch(_ folder: String, _ mirrors: [String]) async throws {
    let paths = try await DatasetDownload.fetch(Self.dataset, into: folder, mirrors: mirrors)
    #expect(paths.map { File.name(of: $0) } == Self.dataset.files.map(\.name))
    for path in paths {
      let content = try File.read(path)
      #expect(content == Self.published(File.name(of: path)))
    }
    #expect(names(folder) == Self.contents.keys.sorted())
  }

  private func failure(_ folder: String, _ mirrors: [String]) async -> [DownloadError.Reason] {
    let error = await #expect(throws: DownloadError.self) {
      try await DatasetDownload.fetch(Self.dataset, into: folder, mirrors: mirrors)
    }
    for mirror in mirrors { #expect("\(error!)".contains(mirror + "/images.gz")) }
    #expect("\(error!)".contains("by hand") && "\(error!)".contains(folder + "/small"))
    return error?.attempts.map(\.reason) ?? []
  }

  @Test func fetchesEveryFileOnceAndTellsHowFar() async throws {
    let server = server()
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      let seen = Mutex<[DownloadProgress]>([])
      try await DatasetDownload.fetch(Self.dataset, into: folder, mirrors: [server.address]) {
        progress in seen.withLock { $0.append(progress) }
      }
      let last = seen.withLock { $0.last { $0.file == "images.gz" } }
      let count = Self.published("images.gz").count
      #expect(last == DownloadProgress(file: "images.gz", byteCount: count, total: count))
      #expect(server.requests.count == 4)
      // What is there is not fetched again.
      try await fetch(folder, [server.address])
      #expect(server.requests.count == 4)
    }
  }

  @Test func aBrokenConnectionIsTakenUpAgain() async throws {
    let server = server { $0.cuts = [1000, 500] }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      try await fetch(folder, [server.address])
      #expect(
        server.requests.prefix(3) == ["images.gz", "images.gz from 1000", "images.gz from 1500"])
    }
  }

  @Test func aLaterCallGoesOnWhereAnEarlierOneStopped() async throws {
    // Nothing more comes at the second try, so the first call gives up.
    let server = server { $0.cuts = [1000, 0] }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      let count = Self.published("images.gz").count
      #expect(
        await failure(folder, [server.address]) == [.brokenOff(expected: count, found: 1000)])
      #expect(names(folder) == ["images.gz.part", "images.gz.part.origin"])
      try await fetch(folder, [server.address])
      #expect(server.requests[2] == "images.gz from 1000")
    }
  }

  @Test func aServerWithoutRangesSendsAllAgain() async throws {
    let server = server {
      $0.cuts = [1000]
      $0.acceptsRanges = false
    }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      try await fetch(folder, [server.address])
      #expect(server.requests.prefix(2) == ["images.gz", "images.gz from 1000"])
    }
  }

  @Test func anotherVersionIsNotJoinedToTheOld() async throws {
    let server = server { $0.cuts = [1000, 0] }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      server.update("images.gz") { $0.content = [UInt8](repeating: 9, count: 2000) }
      _ = await failure(folder, [server.address])
      server.update("images.gz") {
        $0.content = Self.published("images.gz")
        $0.tag = "\"2\""
      }
      try await fetch(folder, [server.address])
    }
  }

  @Test func withoutAVersionNothingIsTakenUp() async throws {
    for tag in [nil, "W/\"weak\""] {
      let server = server {
        $0.cuts = [1000]
        $0.tag = tag
      }
      defer { server.stop() }
      try await withTemporaryFolder { folder in
        try await fetch(folder, [server.address])
        #expect(server.requests.prefix(2) == ["images.gz", "images.gz"])
      }
    }
  }

  @Test func theNextMirrorIsTried() async throws {
    let missing = LoopbackServer([:])
    let wrong = server { $0.content = Zlib.deflate(Array("other".utf8), wrapper: .gzip) }
    let right = server()
    defer { [missing, wrong, right].forEach { $0.stop() } }
    try await withTemporaryFolder { folder in
      try await fetch(folder, [missing.address, wrong.address, right.address])
      #expect(right.requests == ["images.gz"])
    }
  }

  @Test func wrongContentNeverGetsTheName() async throws {
    let size = Self.contents["images.gz"]!.count
    var other = Self.contents["images.gz"]!
    other[7] ^= 1
    let cases: [([UInt8], DownloadError.Reason)] = [
      (Zlib.deflate(Array("other".utf8), wrapper: .gzip), .wrongSize(expected: size, found: 5)),
      (
        Zlib.deflate(other, wrapper: .gzip),
        .wrongChecksum(
          expected: SHA256.hash(Self.contents["images.gz"]!), found: SHA256.hash(other))
      ),
      (
        Zlib.deflate(other + other, wrapper: .gzip), .wrongSize(expected: size, found: size + 1)
      ),
      (Array("<html>login</html>".utf8), .wrongSize(expected: size, found: 18)),
    ]
    for (content, reason) in cases {
      let server = server { $0.content = content }
      defer { server.stop() }
      try await withTemporaryFolder { folder in
        #expect(await failure(folder, [server.address]) == [reason])
        #expect(names(folder) == [])
      }
    }
    let server = server { $0.content = Array(Self.published("images.gz").dropLast(9)) }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      let reasons = await failure(folder, [server.address])
      guard case .damaged(let text) = reasons.first else {
        Issue.record("\(reasons)")
        return
      }
      #expect(text.contains("ends too early"))
    }
  }

  @Test func aDamagedFileThatIsThereIsFetchedAgain() async throws {
    let server = server()
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      try File.createFolder(folder + "/small")
      try AtomicFile.write([1, 2, 3], to: folder + "/small/labels.gz")
      try await fetch(folder, [server.address])
    }
  }

  @Test func statusAndAddressAreNamed() async throws {
    let server = server { $0.status = 503 }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      #expect(await failure(folder, [server.address]) == [.status(503)])
      #expect(await failure(folder, ["nowhere"]) == [.badAddress])
      #expect(names(folder) == [])
    }
  }

  @Test func aRedirectionIsFollowed() async throws {
    let server = server {
      $0.status = 302
      $0.location = "/elsewhere/moved"
    }
    defer { server.stop() }
    server.add("moved", .init(content: Self.published("images.gz"), cuts: [1000]))
    try await withTemporaryFolder { folder in
      try await fetch(folder, [server.address])
      #expect(
        server.requests.prefix(4) == [
          "images.gz", "moved", "images.gz from 1000", "moved from 1000",
        ])
    }
  }

  @Test func aRedirectionToNowhereIsNamed() async throws {
    let server = server { $0.status = 302 }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      #expect(await failure(folder, [server.address]) == [.status(302)])
      #expect(names(folder) == [])
    }
    // A redirection to itself has no end.
    server.update("images.gz") { $0.location = "/files/images.gz" }
    try await withTemporaryFolder { folder in
      let reasons = await failure(folder, [server.address])
      guard case .noConnection(let text) = reasons.first else {
        Issue.record("\(reasons)")
        return
      }
      #expect(text.contains("redirect"))
    }
  }

  @Test func otherProtocolsAreNoWebAddresses() async throws {
    try await withTemporaryFolder { folder in
      try File.createFolder(folder + "/other")
      try AtomicFile.write(Self.published("images.gz"), to: folder + "/other/images.gz")
      #expect(await failure(folder, ["file://\(folder)/other"]) == [.badAddress])
      #expect(await failure(folder, ["http://two words"]) == [.badAddress])
    }
  }

  @Test func noServerIsNamed() async throws {
    let server = server()
    server.stop()
    try await withTemporaryFolder { folder in
      let reasons = await failure(folder, [server.address])
      guard case .noConnection = reasons.first, reasons.count == 1 else {
        Issue.record("\(reasons)")
        return
      }
    }
  }

  @Test func aCancelledTaskStops() async throws {
    // Nothing comes any more: the request must end all the same.
    let gate = DispatchSemaphore(value: 0)
    let server = server { $0.gate = gate }
    defer { server.stop() }
    try await withTemporaryFolder { folder in
      let address = server.address
      let task = Task {
        try await DatasetDownload.fetch(Self.dataset, into: folder, mirrors: [address])
      }
      while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      gate.signal()
      #expect(!File.exists(folder + "/small/images.gz"))
      #expect(server.requests == ["images.gz"])
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsNamed() async throws {
      let server = server()
      defer { server.stop() }
      try await withTemporaryFolder { folder in
        let part = folder + "/small/images.gz.part"
        try File.createFolder(folder + "/small")
        symlink("/dev/full", part)
        await #expect(throws: FileError(operation: "write", path: part, reason: .diskFull)) {
          try await DatasetDownload.fetch(Self.dataset, into: folder, mirrors: [server.address])
        }
        #expect(!File.exists(folder + "/small/images.gz"))
      }
    }
  #endif
}
