import BackpropFiles
import Foundation
import Testing

@Suite struct DatasetsTests {
  @Test func listsWhatIsThere() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(["datasets", "--data-dir", data, "--json"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      #expect(lines.map { $0["name"] as? String } == ["digits", "mnist", "fashion-mnist"])
      #expect(lines.map { $0["available"] as? Bool } == [true, true, false])
      #expect(lines[1]["folder"] as? String == data + "/mnist")
      let places = try #require(lines[2]["places"] as? [[String: Any]])
      #expect(places.map { $0["origin"] as? String } == ["--data-dir"])
      #expect((places[0]["missing"] as? [String])?.count == 4)

      let text = try tool.run(["datasets"])
      #expect(text.out.contains("backprop datasets fetch mnist"))
    }
  }

  @Test func hasNothingToFetchForDigits() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["datasets", "fetch", "digits"])
      #expect(run.status == 0)
      #expect(run.out.contains("drawn by the program"))
    }
  }

  @Test func saysThatNoServerGaveTheFile() throws {
    try CommandLineTool.use { tool in
      // Port 1 of this machine: nobody answers there.
      let run = try tool.run([
        "datasets", "fetch", "mnist", "--data-dir", "data", "--mirror", "http://127.0.0.1:1/",
      ])
      #expect(run.status == 69)
      for text in ["error: could not fetch 'train-images-idx3-ubyte.gz'", "http://127.0.0.1:1/"] {
        #expect(run.err.contains(text), "\(run.err)")
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: tool.path("data/mnist"))
      #expect(left == [])
    }
  }
}
