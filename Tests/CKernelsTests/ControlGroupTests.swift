import BackpropTestSupport
import CBackpropRuntime
import Foundation
import Testing

/// Limits of control groups, read from made-up trees of /proc and /sys.
@Suite struct ControlGroupTests {
  /// A tree of files, by their paths.
  private struct Tree {
    var files: [String: String]

    /// Version 2, mounted as a system does it, with the process in `group`.
    static func version2(
      group: String, mountRoot: String = "/", _ limits: [String: String]
    ) -> Tree {
      var tree = Tree(files: [
        "proc/self/cgroup": "0::\(group)\n",
        "proc/self/mountinfo": """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        29 22 0:26 \(mountRoot) /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate

        """,
      ])
      for (path, text) in limits { tree.files["sys/fs/cgroup" + path] = text + "\n" }
      return tree
    }

    /// Version 1, with the controllers "cpu" and "cpuacct" mounted together, as is usual.
    static func version1(
      group: String, mountRoot: String = "/", _ limits: [String: String]
    ) -> Tree {
      var tree = Tree(files: [
        "proc/self/cgroup": """
        9:name=systemd:/elsewhere
        4:memory:\(group)
        3:cpuset:/elsewhere
        2:cpu,cpuacct:\(group)

        """,
        "proc/self/mountinfo": """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
        33 31 0:30 \(mountRoot) /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        34 31 0:31 \(mountRoot) /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

        """,
      ])
      for (path, text) in limits { tree.files["sys/fs/cgroup" + path] = text + "\n" }
      return tree
    }

    func withRoot<R>(_ body: (String) throws -> R) throws -> R {
      try withTemporaryFolder { root in
        for (path, text) in files {
          let file = URL(fileURLWithPath: root).appendingPathComponent(path)
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(text.utf8).write(to: file)
        }
        return try body(root)
      }
    }

    var processors: Int { get throws { try withRoot { bp_cgroup_processors($0) } } }
    var memory: UInt64 { get throws { try withRoot { bp_cgroup_memory($0) } } }
  }

  @Test(arguments: [
    ("100000 100000", 1), ("150000 100000", 2), ("200000 100000", 2), ("200001 100000", 3),
    ("1000 100000", 1), ("50000 10000", 5), ("  300000   100000", 3), ("max 100000", 0),
    // What makes no sense is no limit.
    ("", 0), ("max", 0), ("100000", 0), ("100000 0", 0), ("0 100000", 0), ("-1 100000", 0),
    ("1e5 100000", 0), ("100000 100000x", 0), ("99999999999999999999999 100000", 0),
    (String(repeating: "9", count: 500), 0),
  ])
  func quotasOfVersion2RoundUp(text: String, processors: Int) throws {
    let tree = Tree.version2(group: "/", ["/cpu.max": text])
    #expect(try tree.processors == processors)
  }

  @Test(arguments: [
    ("100000", "100000", 1), ("150000", "100000", 2), ("400000", "100000", 4), ("-1", "100000", 0),
    ("", "100000", 0), ("100000", "", 0), ("100000", "0", 0), ("0", "100000", 0), ("?", "?", 0),
  ])
  func quotasOfVersion1RoundUp(quota: String, period: String, processors: Int) throws {
    let tree = Tree.version1(
      group: "/",
      [
        "/cpu,cpuacct/cpu.cfs_quota_us": quota, "/cpu,cpuacct/cpu.cfs_period_us": period,
        // Of a hierarchy that has nothing to do with processors.
        "/memory/cpu.cfs_quota_us": "100000", "/memory/cpu.cfs_period_us": "100000",
      ])
    #expect(try tree.processors == processors)
  }

  @Test func theLeastOfAllGroupsAboveCounts() throws {
    var tree = Tree.version2(
      group: "/user.slice/job/inner",
      [
        "/user.slice/cpu.max": "800000 100000", "/user.slice/job/cpu.max": "300000 100000",
        "/user.slice/job/inner/cpu.max": "max 100000",
        // Not above the process's group.
        "/user.slice/other/cpu.max": "100000 100000", "/user.slice/job/inner/x/cpu.max": "1 1",
      ])
    #expect(try tree.processors == 3)
    tree.files["sys/fs/cgroup/user.slice/cpu.max"] = "200000 100000"
    #expect(try tree.processors == 2)
    tree.files["sys/fs/cgroup/user.slice/job/inner/cpu.max"] = "40000 100000"
    #expect(try tree.processors == 1)

    let old = Tree.version1(
      group: "/docker/abc",
      [
        "/cpu,cpuacct/cpu.cfs_quota_us": "-1", "/cpu,cpuacct/cpu.cfs_period_us": "100000",
        "/cpu,cpuacct/docker/cpu.cfs_quota_us": "500000",
        "/cpu,cpuacct/docker/cpu.cfs_period_us": "100000",
        "/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "600000",
        "/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000",
      ])
    #expect(try old.processors == 5)
  }

  /// A container without a name space of its own sees its group's folder mounted as the whole tree.
  @Test func aMountMayBeginAtTheContainersGroup() throws {
    let limits = ["/cpu.max": "400000 100000", "/worker/cpu.max": "200000 100000"]
    func processors(_ group: String) throws -> Int {
      try Tree.version2(group: group, mountRoot: "/docker/abc", limits).processors
    }
    #expect(try processors("/docker/abc") == 4)
    #expect(try processors("/docker/abc/worker") == 2)
    // Elsewhere: what the mount itself says.
    #expect(try processors("/docker/abcd/worker") == 4)
    #expect(try processors("/") == 4)
    #expect(try processors("/../docker/worker") == 4)
    let old = Tree.version1(
      group: "/docker/abc", mountRoot: "/docker/abc",
      ["/cpu,cpuacct/cpu.cfs_quota_us": "250000", "/cpu,cpuacct/cpu.cfs_period_us": "100000"])
    #expect(try old.processors == 3)
  }

  @Test func aSystemMayHaveBothVersions() throws {
    var tree = Tree.version1(
      group: "/job",
      [
        "/cpu,cpuacct/job/cpu.cfs_quota_us": "300000",
        "/cpu,cpuacct/job/cpu.cfs_period_us": "100000", "/unified/a/cpu.max": "200000 100000",
      ])
    tree.files["proc/self/cgroup"]! += "0::/a\n"
    #expect(try tree.processors == 3)
    tree.files["proc/self/mountinfo"]! +=
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n"
    #expect(try tree.processors == 2)
  }

  @Test func mountPointsMayHaveSpaces() throws {
    let tree = Tree(files: [
      "proc/self/cgroup": "0::/a:b\n",
      "proc/self/mountinfo": #"29 22 0:26 / /my\040groups rw a:1 b:2 - cgroup2 none rw"#,
      "my groups/a:b/cpu.max": "700000 100000\n",
    ])
    #expect(try tree.processors == 7)
  }

  @Test func whatIsMissingIsNoLimit() throws {
    #expect(try Tree(files: [:]).processors == 0)
    #expect(try Tree.version2(group: "/job", [:]).processors == 0)
    #expect(try Tree.version1(group: "/job", [:]).processors == 0)
    // A group whose folder is not there is still below those that are.
    #expect(try Tree.version2(group: "/gone/too", ["/cpu.max": "100000 100000"]).processors == 1)
    for name in ["proc/self/cgroup", "proc/self/mountinfo"] {
      var tree = Tree.version2(group: "/", ["/cpu.max": "100000 100000"])
      #expect(try tree.processors == 1)
      for text in ["", "\n", "x", ":", "0:", "0::", "0::relative\n", "1 2 3\n", "- - - - - - -\n"] {
        tree.files[name] = text
        #expect(try tree.processors == 0, "\(name): \(text)")
      }
      tree.files[name] = nil
      #expect(try tree.processors == 0, "no \(name)")
    }
    // Paths longer than any system allows are left alone.
    let long = "/" + String(repeating: "x", count: 10_000)
    #expect(try Tree.version2(group: long, ["/cpu.max": "100000 100000"]).processors == 0)
  }

  @Test func memoryHasLimitsToo() throws {
    let tree = Tree.version2(
      group: "/a/b", ["/a/memory.max": "536870912", "/a/b/memory.max": "max"])
    #expect(try tree.memory == 536_870_912)
    #expect(try Tree.version2(group: "/a", ["/a/memory.max": "max"]).memory == 0)
    #expect(try Tree.version2(group: "/a", ["/a/cpu.max": "1000 1000"]).memory == 0)
    let old = Tree.version1(
      group: "/a",
      [
        "/memory/memory.limit_in_bytes": "9223372036854771712",
        "/memory/a/memory.limit_in_bytes": "1000000",
      ])
    #expect(try old.memory == 1_000_000)
    // What version 1 says where nobody set a limit.
    let none = Tree.version1(
      group: "/", ["/memory/memory.limit_in_bytes": "9223372036854771712"])
    #expect(try none.memory == 0)
  }

  #if os(Linux)
    /// In processes of their own, which have not asked for the number of threads yet.
    @Test func theEnvironmentIsAskedFirst() async {
      await #expect(processExitsWith: .success) {
        setenv("BACKPROP_THREADS", "37", 1)
        #expect(bp_thread_count() == 37)
      }
      await #expect(processExitsWith: .success) {
        unsetenv("BACKPROP_THREADS")
        // Of all limits, a test can set this one: a single processor to run on.
        typealias Affinity = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32
        let get = unsafeBitCast(
          try #require(dlsym(nil, "sched_getaffinity")), to: Affinity.self)
        let set = unsafeBitCast(
          try #require(dlsym(nil, "sched_setaffinity")), to: Affinity.self)
        var processors = [UInt64](repeating: 0, count: 16)
        #expect(get(0, 128, &processors) == 0)
        let word = try #require(processors.firstIndex { $0 != 0 })
        for index in processors.indices {
          let bits = processors[index]
          processors[index] = index == word ? bits & ~(bits - 1) : 0
        }
        #expect(set(0, 128, &processors) == 0)
        #expect(bp_thread_count() == 1)
      }
    }
  #endif
}
