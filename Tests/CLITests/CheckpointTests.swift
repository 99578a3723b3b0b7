import Backprop
import BackpropFiles
import BackpropTestSupport
import Testing

/// PyTorch's checkpoints on the command line.
@Suite struct CheckpointTests {
  private let adam = Fixtures.path("checkpoints/adam.pt")

  @Test func allArraysOfACheckpointAreListed() throws {
    try CommandLineTool.use { tool in
      for file in ["adam", "adam-old"] {
        let path = Fixtures.path("checkpoints/\(file).pt")
        let lines = try tool.run(["inspect", "--json", path]).lines
        #expect(lines.count == 28)
        for name in ["model.0.weight", "optimizer.state.0.exp_avg", "generator"] {
          #expect(lines.contains { $0.hasPrefix("{\"name\":\"\(name)\",\"shape\":[") }, "\(name)")
        }
        let part = try tool.run(["inspect", "--json", "--key", "model", path]).lines
        #expect(part.count == 9 && part[0].hasPrefix("{\"name\":\"0.weight\",\"shape\":[4,3],"))
        let table = try tool.run(["inspect", path])
        #expect(table.status == 0 && table.out.contains("optimizer.state.5.exp_avg_sq"))
      }
      let none = try tool.run(["inspect", "--key", "modle", adam])
      #expect(none.status == 65 && none.err.contains("'model' (9 arrays)"), "\(none.err)")
      let refused = try tool.run(["inspect", Fixtures.path("pytorch/square-module.pt")])
      #expect(refused.status == 65 && refused.err.contains("torch.nn.modules"), "\(refused.err)")
    }
  }

  @Test func checkpointsAreConvertedInBothDirections() throws {
    try CommandLineTool.use { tool in
      for (file, arguments) in [
        ("a.safetensors", [adam, tool.path("a.safetensors")]),
        ("b.pt", [tool.path("a.safetensors"), tool.path("b.pt")]),
        ("c.pth", [adam, tool.path("c.pth"), "--key", "model"]),
      ] {
        let run = try tool.run(["convert"] + arguments)
        #expect(run.status == 0, "\(file): \(run.err)")
      }
      let expected = try StateDictionary(contentsOf: adam)
      for file in ["a.safetensors", "b.pt", "c.pth"] {
        let found = try StateDictionary(contentsOf: tool.path(file))
        #expect(found.entries.count == 9, "\(file)")
        for entry in found.entries {
          #expect(expected.entry(entry.name)?.stored == entry.stored, "\(file) \(entry.name)")
        }
      }
      let all = try tool.run(["convert", adam, tool.path("all.npz"), "--key", ""])
      #expect(all.status == 0, "\(all.err)")
      let count = try StateDictionary(contentsOf: tool.path("all.npz")).entries.count
      #expect(count == 28)
    }
  }
}
