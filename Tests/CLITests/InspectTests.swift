import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@Suite struct InspectTests {
  private func state() -> StateDictionary {
    var state = StateDictionary()
    state.metadata = ["activation": "relu", "text": "two\nlines"]
    state.set("a.weight", NDArray([1, 2, .nan, 5, 3, 4], shape: [2, 3]))
    state.set("b", NDArray([Int64(7), -9]))
    state.set("none", .zeros([0, 3]))
    state.set("far", NDArray([1, .infinity]))
    return state
  }

  @Test func aLineOfJSONForEachArray() throws {
    try CommandLineTool.use { tool in
      try state().write(to: tool.path("a.safetensors"))
      let run = try tool.run(["inspect", "a.safetensors", "--json"])
      #expect(run.status == 0, "\(run.err)")
      #expect(
        Set(run.lines) == [
          #"{"name":"a.weight","shape":[2,3],"type":"float32","min":1.0,"max":5.0,"mean":3.0,"nan":1}"#,
          #"{"name":"b","shape":[2],"type":"int64","min":-9,"max":7,"mean":-1.0,"nan":0}"#,
          #"{"name":"none","shape":[0,3],"type":"float32","min":null,"max":null,"mean":null,"nan":0}"#,
          #"{"name":"far","shape":[2],"type":"float32","min":1.0,"max":null,"mean":null,"nan":0}"#,
        ])
      #expect(try run.json().count == 4)
    }
  }

  @Test func aTable() throws {
    try CommandLineTool.use { tool in
      try state().write(to: tool.path("a.safetensors"))
      let run = try tool.run(["inspect", "a.safetensors"])
      #expect(run.status == 0, "\(run.err)")
      for text in [
        "a.safetensors: safetensors, 4 arrays of 10 numbers", "activation: relu", "two\\nlines",
        "histogram", "(2, 3)", "int64", "1 infinite", "█",
      ] {
        #expect(run.out.contains(text), "\(text): \(run.out)")
      }
    }
  }

  @Test func everyFormat() throws {
    try CommandLineTool.use { tool in
      for name in [
        "npy/packed.npz", "npy/several.npy", "pickle/numpy1.pkl", "pytorch/square.pt",
        "safetensors/eight-bits.safetensors",
      ] {
        let run = try tool.run(["inspect", "--json", Fixtures.path(name)])
        #expect(run.status == 0, "\(run.err)")
        #expect(try run.json().allSatisfy { $0.count == 7 }, "\(name)")
        #expect(try tool.run(["inspect", Fixtures.path(name)]).status == 0)
      }
      let lines = try tool.run(
        ["inspect", "--json", Fixtures.path("safetensors/eight-bits.safetensors")]
      ).json()
      let small = try #require(lines.first { $0["name"] as? String == "e4m3" })
      #expect(small["type"] as? String == "float8_e4m3fn")
      #expect(small["max"] as? Double == 448 && small["nan"] as? Int == 2)
    }
  }

  @Test func pipesAndWhatIsNoFile() throws {
    try CommandLineTool.use { tool in
      try state().write(to: tool.path("a.safetensors"))
      let run = try tool.run(
        ["inspect", "--json", "fifo"],
        shell: #"mkfifo fifo; cat a.safetensors > fifo & "$0" "$@""#)
      #expect(run.status == 0 && run.lines.count == 4, "\(run.err)")
      #expect(try tool.run(["inspect", "nowhere"]).status == 66)
      #expect(try tool.run(["inspect", "."]).status == 66)
      #expect(try tool.run(["inspect", "/dev/null"]).status == 65)
      let zero = try tool.run(["inspect", "/dev/zero"])
      #expect(zero.status == 65 && zero.err.contains("no format that is known"), "\(zero.err)")
    }
  }

  @Test func conversions() throws {
    try CommandLineTool.use { tool in
      try state().write(to: tool.path("a.safetensors"))
      let there = try tool.run(["convert", "a.safetensors", "b.npz"])
      #expect(there.status == 0, "\(there.err)")
      #expect(there.err.contains("activation"))
      #expect(try tool.run(["convert", "b.npz", "c.safetensors"]).status == 0)
      let first = try tool.run(["inspect", "--json", "a.safetensors"])
      let last = try tool.run(["inspect", "--json", "c.safetensors"])
      #expect(first.out == last.out)
      // What can, keeps the texts.
      #expect(try tool.run(["convert", "a.safetensors", "d.safetensors"]).status == 0)
      #expect(
        try File.read(tool.path("a.safetensors")) == File.read(tool.path("d.safetensors")))
      let several = try tool.run(["convert", "a.safetensors", "e.npy"])
      #expect(several.status == 64 && several.err.contains("there are 4"), "\(several.err)")
      let unknown = try tool.run(["convert", "a.safetensors", "e.txt"])
      #expect(unknown.status == 64 && unknown.err.contains(".safetensors"), "\(unknown.err)")
      #expect(!File.exists(tool.path("e.npy")) && !File.exists(tool.path("e.txt")))
      let one = try tool.run(["convert", Fixtures.path("npy/big.npy"), "f.npy"])
      #expect(one.status == 0 && File.exists(tool.path("f.npy")), "\(one.err)")
      let renamed = try tool.run([
        "convert", "a.safetensors", "g.npz", "--rename", "a.*=layers.0.*", "--rename", "far=",
      ])
      #expect(renamed.status == 0, "\(renamed.err)")
      let names = try tool.run(["inspect", "--json", "g.npz"]).json().compactMap {
        $0["name"] as? String
      }
      #expect(Set(names) == ["layers.0.weight", "b", "none"])
      #expect(try tool.run(["convert", "a.safetensors", "g.npz", "--rename", "a"]).status == 64)
    }
  }
}
