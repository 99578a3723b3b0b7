import Foundation
import Testing

@testable import BackpropCLI

@Suite struct LessonTests {
  @Test func withoutANameItListsTheLessons() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["lesson"])
      #expect(run.status == 0)
      let names = try tool.run(["lesson", "--json"]).json().compactMap { $0["lesson"] as? String }
      #expect(names.first == "python-basics" && names.contains("softmax"))
      var rest = run.out[...]
      for name in names {
        let place = try #require(rest.range(of: "  \(name)  "), "\(name) is listed in its place")
        rest = rest[place.upperBound...]
      }
    }
  }

  @Test func aLessonPrintsWhatTheCoursePrints() throws {
    try CommandLineTool.use { tool in
      let text = try tool.run(["lesson", "three-layer-forward"])
      #expect(text.status == 0)
      #expect(text.out.contains("[0.31682708 0.69627909]"))
      #expect(!text.out.contains("\u{1B}"), "no colours where there is no terminal")
      let lines = try tool.run(["lesson", "three-layer-forward", "--json"]).json()
      let y = try #require(lines.first { $0["name"] as? String == "y" }?["value"] as? [Double])
      #expect(abs(y[0] - 0.316827076411030) < 1e-14 && y.count == 2)
    }
  }

  @Test func figuresGoToTheFolder() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["lesson", "softmax", "--output", "figures/new"])
      #expect(run.status == 0)
      #expect(run.out.contains("figures/new/softmax-probabilities.svg"))
      let svg = try String(
        contentsOfFile: tool.path("figures/new/softmax-probabilities.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg"))
    }
  }

  @Test func wrongOptionsSayWhatIsMeant() throws {
    try CommandLineTool.use { tool in
      let unknown = try tool.run(["lesson", "sofmax"])
      #expect(unknown.status == ExitStatus.usage.rawValue)
      #expect(unknown.err.contains("no lesson named 'sofmax'. Did you mean softmax?"))
      let nowhere = try tool.run(["lesson", "--all"])
      #expect(nowhere.status == ExitStatus.usage.rawValue && nowhere.err.contains("--output"))
      let both = try tool.run(["lesson", "softmax", "--all", "--output", "x"])
      #expect(both.status == ExitStatus.usage.rawValue && both.err.contains("not both"))
      let closed = try tool.run(["lesson", "softmax", "--output", "/dev/null/x"])
      #expect(closed.status == ExitStatus.cannotCreate.rawValue)
    }
  }
}
