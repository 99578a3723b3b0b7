import Testing

@testable import BackpropCLI

@Suite struct FormattedTextTests {
  @Test func numbersAsPrintfWritesThem() {
    // What `printf` of a POSIX shell prints for the same formats and numbers.
    #expect(formatted("%.2f s", 0.5) == "0.50 s")
    #expect(formatted("%.0f", 2.5) == "2")
    #expect(formatted("%.4f", 1e-9) == "0.0000")
    #expect(formatted("%*d/%d", 3, 7, 100) == "  7/100")
    #expect(formatted("100 %% → %d", 1) == "100 % → 1")
    #expect(formatted("%.1f", 1e300).utf8.count == 303)
  }
}
