import Testing

@testable import BackpropCLI

@Suite struct HelpTests {
  @Test func everyCommandShowsExamples() throws {
    let commands = [
      [], ["train"], ["evaluate"], ["predict"], ["datasets"], ["datasets", "list"],
      ["datasets", "fetch"], ["bench"], ["lesson"], ["find-rate"], ["search"], ["inspect"],
      ["convert"], ["runs"], ["runs", "list"], ["runs", "show"], ["runs", "compare"],
      ["runs", "prune"], ["runs", "export"], ["text"], ["text", "train"], ["text", "sample"],
      ["text", "train-tokenizer"], ["tokenize"], ["embed"], ["index"], ["find"], ["generate"],
    ]
    try CommandLineTool.use { tool in
      for command in commands {
        let run = try tool.run(command + ["--help"])
        #expect(run.status == 0)
        let examples = try #require(run.out.split(separator: "EXAMPLES:").last)
        let call = (["backprop"] + command).filter { $0 != "list" }.joined(separator: " ")
        #expect(run.out.contains("EXAMPLES:") && examples.contains(call), "\(run.out)")
        #expect(run.out.contains("USAGE: backprop"))
      }
    }
  }

  @Test func helpGivesEveryExitStatus() throws {
    try CommandLineTool.use { tool in
      let help = try tool.run(["--help"]).out
      for status in ExitStatus.allCases {
        #expect(help.contains("\(status.rawValue)  \(status.meaning)"))
      }
    }
  }

  @Test func versionIsANumberOfThreeParts() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["--version"])
      #expect(run.status == 0)
      #expect(run.out.contains(#/^\d+\.\d+\.\d+\n$/#))
    }
  }
}
