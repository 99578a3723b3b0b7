import Testing

@testable import BackpropDatasetDownload

@Suite struct ResponseHeadersTests {
  private func headers(_ lines: [String]) -> ResponseHeaders {
    var headers = ResponseHeaders()
    for line in lines { headers.add(line + "\r\n") }
    return headers
  }

  @Test func namesAreFoundInAnyLetters() {
    let headers = headers([
      "HTTP/1.1 206 Partial Content", "ETag: \"v1\"", "CONTENT-LENGTH:100",
      "content-range: bytes 100-199/200", "",
    ])
    #expect(headers.status == 206 && headers.areComplete && !headers.announceAnother)
    #expect(headers["content-length"] == "100")
    #expect(headers["content-encoding"] == nil)
    #expect(headers.rangeStart == 100)
    #expect(headers.version == "\"v1\"")
  }

  @Test func aStatusLineBeginsAnew() {
    var headers = headers(["HTTP/1.1 302 Found", "Location: /x", "Content-Length: 3", ""])
    #expect(headers.announceAnother)
    headers.add("HTTP/2 200 \r\n")
    #expect(headers.status == 200 && !headers.areComplete)
    #expect(headers["content-length"] == nil)
  }

  @Test func provisionalAnswersAreNotTheLast() {
    #expect(headers(["HTTP/1.1 103 Early Hints", ""]).announceAnother)
    #expect(!headers(["HTTP/1.1 200 OK", ""]).announceAnother)
    #expect(!headers(["HTTP/1.1 404 Not Found", ""]).announceAnother)
  }

  @Test func aVersionMustPromiseTheSameBytes() {
    let time = "Sat, 31 Jan 2026 09:05:07 GMT"
    #expect(headers(["HTTP/1.1 200 OK", "ETag: W/\"v1\""]).version == nil)
    #expect(headers(["HTTP/1.1 200 OK", "Last-Modified: \(time)"]).version == time)
    #expect(
      headers(["HTTP/1.1 200 OK", "ETag: W/\"1\"", "Last-Modified: \(time)"]).version == time)
  }

  @Test func linesThatMakeNoSenseAreNoAnswer() {
    let headers = headers(["HTTP/1.1", "no colon", "Content-Range: pages 1-2"])
    #expect(headers.status == 0 && headers.rangeStart == nil && headers.version == nil)
  }
}
