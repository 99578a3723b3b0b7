import BackpropArrays
import Testing

@testable import BackpropWeightFiles

@Suite struct RenamingRuleTests {
  private func applied(_ pattern: String, _ replacement: String?, _ name: String) -> String?? {
    RenamingRule(pattern, to: replacement).applied(to: name)
  }

  @Test func starsStandForParts() {
    #expect(applied("a.b", "c", "a.b") == .some("c"))
    #expect(applied("a.b", "c", "a.bc") == .none)
    #expect(applied("layers.*.fc.*", "blocks.*.out.*", "layers.3.fc.bias") == "blocks.3.out.bias")
    #expect(applied("layers.*.fc.*", "blocks.*.out.*", "layers.3.4.fc.bias") == .none)
    #expect(applied("*.*", "x.*", "a.b") == "x.a")
    #expect(applied("module.**", "**", "module.a.b.c") == "a.b.c")
    #expect(applied("**.weight", "**.w", "a.b.weight") == "a.b.w")
    #expect(applied("**.weight", "**.w", "weight") == .none)
    #expect(applied("fc*.weight", "layers.*.weight", "fc12.weight") == "layers.12.weight")
    #expect(applied("**", nil, "anything") == .some(nil))
  }

  @Test func theFirstRuleThatFitsIsTaken() throws {
    var state = StateDictionary()
    for name in ["a.weight", "a.steps", "b.weight"] { state.set(name, .ones([1])) }
    let renamed = try state.renamed(by: [
      RenamingRule("**.steps", to: nil), RenamingRule("a.*", to: "c.*"),
      RenamingRule("*.weight", to: "*.other"),
    ])
    #expect(renamed.names == ["c.weight", "b.other"])
    #expect(throws: WeightFileError.self) {
      try state.renamed(by: [RenamingRule("*.weight", to: "weight")])
    }
  }

  @Test func everyStarOfTheReplacementNeedsOne() {
    #expect(RenamingRule.isPossible("*.a", "b.*"))
    #expect(!RenamingRule.isPossible("a", "b.*"))
    #expect(RenamingRule.isPossible("a", nil))
  }
}
