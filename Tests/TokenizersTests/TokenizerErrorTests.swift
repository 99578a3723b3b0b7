import BackpropTokenizers
import Testing

@Suite struct TokenizerErrorTests {
  @Test func sayWhereAndWhat() {
    let error = TokenizerError(
      .invalid("the list ends too early"), file: "a.json", at: "model.vocab")
    #expect(
      error.description.hasPrefix(
        "cannot read the tokenizer in 'a.json', at model.vocab: the list ends too early."))
  }
}
