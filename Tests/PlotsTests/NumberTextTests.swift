import Testing

@testable import BackpropPlots

@Suite struct NumberTextTests {
  @Test func fixed() {
    #expect(NumberText.fixed(3.14159, decimals: 2) == "3.14")
    #expect(NumberText.fixed(-0.5, decimals: 1) == "−0.5")
    #expect(NumberText.fixed(0.05, decimals: 2) == "0.05")
    #expect(NumberText.fixed(-0.001, decimals: 1) == "0.0")
    #expect(NumberText.fixed(12, decimals: 0) == "12")
  }

  @Test func short() {
    let cases: [(Double, String)] = [
      (0, "0"), (1, "1"), (0.5, "0.5"), (-2.25, "−2.25"), (1234.5678, "1235"),
      (0.00012346, "0.0001235"), (1e6, "10⁶"), (2.5e-7, "2.5×10⁻⁷"), (-3e20, "−3×10²⁰"),
      (9.99999e9, "10¹⁰"), (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "−∞"),
      (1e-300, "10⁻³⁰⁰"), (1000, "1000"),
    ]
    for (value, text) in cases { #expect(NumberText.short(value) == text) }
  }

  @Test func coordinates() {
    let cases: [(Double, String)] = [
      (0, "0"), (1, "1"), (1.5, "1.5"), (1.25, "1.25"), (-0.05, "-0.05"), (-0.001, "0"),
      (99.999, "100"), (-12.3, "-12.3"),
    ]
    for (value, text) in cases { #expect(NumberText.coordinate(value) == text) }
  }
}
