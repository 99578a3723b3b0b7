import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropTokenizers

/// Normalizers and pre-tokenizers do what those of `tokenizers` do, to the last character and offset.
@Suite struct ComponentTests {
  /// A component, and what it does with texts.
  private struct Line {
    let kind: String
    let description: JSONDocument
    let cases: [[Any]]

    init(_ bytes: some Collection<UInt8>) throws {
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
      kind = json["normalizer"] == nil ? "pre_tokenizer" : "normalizer"
      description = try JSONDocument(
        JSONSerialization.data(withJSONObject: try #require(json[kind])))
      cases = try #require(json["cases"] as? [[Any]])
    }
  }

  @Test func doAsTheReferenceDid() throws {
    let count = try compare(Fixtures.bytes("tokenizer_components.json"))
    #expect(count > 1000)
  }

  @Test(.enabled(if: Python.has("tokenizers", "sentencepiece")))
  func doAsTheReferenceDoes() throws {
    let environment = ProcessInfo.processInfo.environment
    let texts = environment["BACKPROP_TOKENIZER_TEXTS"] ?? "60"
    let seed = environment["BACKPROP_TOKENIZER_SEED"] ?? "100"
    let all = environment["BACKPROP_TOKENIZER_CODE_POINTS"] == nil ? "" : "all"
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([
        Fixtures.path("make_tokenizer_component_fixtures.py"), folder + "/a.json", texts, seed, all,
      ])
      #expect(status == 0, "\(text)")
      print("compared \(try compare(try File.read(folder + "/a.json"))) texts with tokenizers")
    }
  }

  /// Compares every line; how many texts there were.
  private func compare(_ bytes: [UInt8]) throws -> Int {
    var count = 0
    for bytes in bytes.split(separator: 10) {
      let line = try Line(bytes)
      var failures = 0
      for item in line.cases {
        let text = try #require(item[0] as? String)
        let difference =
          line.kind == "normalizer"
          ? try normalizerDifference(line.description, text, item)
          : try preTokenizerDifference(line.description, text, item)
        count += 1
        guard let difference else { continue }
        failures += 1
        if failures <= 3 {
          let name = String(line.description.description.prefix(300))
          Issue.record("\(name) on \(escaped(text)): \(difference)")
        }
      }
      if failures > 3 { Issue.record("… and \(failures - 3) more") }
    }
    return count
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.prefix(60).map { $0.escaped(asASCII: true) }.joined()
  }

  private func normalizerDifference(
    _ description: JSONDocument, _ text: String, _ item: [Any]
  ) throws -> String? {
    let normalizer = try #require(try makeNormalizer(description))
    let expected = Array(try #require(item[1] as? String).utf8)
    let places = try #require(item[2] as? [Int])
    var quick = NormalizedText(text, keepsOrigins: false)
    normalizer.normalize(&quick)
    var exact = NormalizedText(text, keepsOrigins: true)
    normalizer.normalize(&exact)
    for result in [quick.bytes, exact.bytes] where result != expected {
      return "expected \(escaped(String(decoding: expected, as: UTF8.self))), "
        + "found \(escaped(String(decoding: result, as: UTF8.self)))"
    }
    let origins = try #require(exact.origins)
    #expect(origins.count == expected.count && quick.origins == nil)
    let found = zip(exact.bytes, origins).filter { !isContinuation($0.0) }
      .flatMap { [Int($0.1.start), Int($0.1.end)] }
    return found == places
      ? nil : "expected origins \(places.prefix(40)), found \(found.prefix(40))"
  }

  private func preTokenizerDifference(
    _ description: JSONDocument, _ text: String, _ item: [Any]
  ) throws -> String? {
    let preTokenizer = try #require(try makePreTokenizer(description))
    let expected = try #require(item[1] as? [Any])
    var characters = [0]
    for byte in text.utf8 {
      characters.append(characters[characters.count - 1])
      if !isContinuation(byte) { characters[characters.count - 1] += 1 }
    }
    // At the first byte of a character as many have passed as are before it.
    func character(_ byte: Int) -> Int {
      byte == 0 ? 0 : characters[byte]
    }
    for keepsOrigins in [false, true] {
      var pieces = PreTokenizedText(text, keepsOrigins: keepsOrigins)
      preTokenizer.preTokenize(&pieces)
      if pieces.pieces.count != expected.count / 3 {
        return "expected \(expected.count / 3) pieces, found \(pieces.pieces.count)"
      }
      for (index, piece) in pieces.pieces.enumerated() {
        let found = pieces.text.bytes[piece.range]
        if !found.elementsEqual((expected[3 * index] as? String ?? "?").utf8) {
          return "expected \(expected[3 * index]), found "
            + String(decoding: found, as: UTF8.self)
        }
        guard keepsOrigins else { continue }
        let place = [character(piece.original.lowerBound), character(piece.original.upperBound)]
        if place != [expected[3 * index + 1] as? Int, expected[3 * index + 2] as? Int] {
          return "expected \(expected[3 * index...(3 * index + 2)]), found \(place)"
        }
      }
    }
    return nil
  }
}
