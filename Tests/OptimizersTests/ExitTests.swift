import Testing

/// Expects that a process that has ended said `text` as it did.
func expect(
  _ result: ExitTest.Result?, says text: String, at location: SourceLocation = #_sourceLocation
) {
  let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  #expect(said.contains(text), sourceLocation: location)
}
