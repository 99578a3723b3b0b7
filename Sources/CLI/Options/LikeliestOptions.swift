import ArgumentParser

/// From which tokens a model that writes may draw the next.
struct LikeliestOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Draw from the N likeliest only.", valueName: "N"))
  var topK: Int?
  @Option(
    help: ArgumentHelp(
      "Draw from the likeliest only that have this share of the probability together.",
      valueName: "P"))
  var topP: Double?

  func validate() throws {
    if let topK, topK < 1 {
      throw ValidationError("the option --top-k is \(topK), expected 1 or more")
    }
    if let topP, !(0...1).contains(topP) {
      throw ValidationError("the option --top-p is \(topP), expected 0 to 1")
    }
  }
}
