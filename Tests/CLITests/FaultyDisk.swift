#if os(Linux)
  import BackpropFiles
  import Foundation

  /// A disk that fails at a chosen moment: a library that is loaded before the system's and whose
  /// functions stand before those that write.
  struct FaultyDisk {
    /// How it fails.
    enum Fault: CaseIterable {
      /// One call says that the disk is full, and the next ones find room.
      case fullOnce
      /// The disk is full from then on.
      case full
      /// One call says that the disk has failed.
      case broken
      /// The folder may not be written from then on.
      case unwritable
      /// The process dies when half of the bytes are written.
      case torn

      fileprivate var environment: [String: String] {
        switch self {
        case .fullOnce: ["FAULT_ERRNO": "\(ENOSPC)"]
        case .full: ["FAULT_ERRNO": "\(ENOSPC)", "FAULT_STAYS": "1"]
        case .broken: ["FAULT_ERRNO": "\(EIO)"]
        case .unwritable: ["FAULT_ERRNO": "\(EACCES)", "FAULT_STAYS": "1"]
        case .torn: ["FAULT_ERRNO": "0"]
        }
      }

      /// What an error says of it.
      var text: String {
        switch self {
        case .fullOnce, .full: "the disk is full"
        case .broken: "Input/output error"
        case .unwritable: "permission denied"
        case .torn: ""
        }
      }
    }

    /// The compiler for the library; `nil` if there is none.
    static let compiler: String? = {
      let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
      return ["clang", "cc", "gcc"].lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
        .first { access($0, X_OK) == 0 }
    }()

    private let library: String
    private let log: String

    /// Builds the library in a folder.
    init(in folder: String) throws {
      library = folder + "/faults.so"
      log = folder + "/faults.log"
      try AtomicFile.write(Array(Self.source.utf8), to: folder + "/faults.c")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.compiler!)
      process.arguments = [
        "-shared", "-fPIC", "-O1", "-o", library, folder + "/faults.c", "-ldl",
      ]
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw CannotBuild() }
    }

    struct CannotBuild: Error {}

    /// The environment of a program whose calls are only counted.
    var counting: [String: String] {
      ["LD_PRELOAD": library, "FAULT_LOG": log, "FAULT_UNDER": "/run"]
    }

    /// The environment of a program whose `number`-th call fails, of those under `/run`.
    func failing(_ fault: Fault, at number: Int) -> [String: String] {
      ["LD_PRELOAD": library, "FAULT_UNDER": "/run", "FAULT_AT": "\(number)"]
        .merging(fault.environment) { $1 }
    }

    /// The calls that were counted, a name each.
    func calls() throws -> [String] {
      String(decoding: try File.read(log), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static let source = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <stdarg.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      static int done;

      // Whether this call is the one that fails; sets errno.
      static int fails(const char *name, const char *path, int descriptor, const void *bytes, size_t n) {
        const char *under = getenv("FAULT_UNDER"), *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT");
        char found[4096] = "", link[64];
        if (!path) {
          snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
          ssize_t length = readlink(link, found, sizeof found - 1);
          found[length > 0 ? length : 0] = 0;
          path = found;
        } else if (*path != '/' && getcwd(found, sizeof found)) {
          strncat(found, "/", sizeof found - strlen(found) - 1);
          strncat(found, path, sizeof found - strlen(found) - 1);
          path = found;
        }
        if (!under || !strstr(path, under)) return 0;
        int number = done++;
        if (log) {
          int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
          char line[64];
          int length = snprintf(line, sizeof line, "%s\\n", name);
          if (syscall(SYS_write, file, line, length) < 0) abort();
          syscall(SYS_close, file);
        }
        if (!at || (getenv("FAULT_STAYS") ? number < atoi(at) : number != atoi(at))) return 0;
        int code = atoi(getenv("FAULT_ERRNO"));
        if (code == 0) {
          if (bytes) syscall(SYS_write, descriptor, bytes, n / 2);
          kill(getpid(), SIGKILL);
        }
        errno = code;
        return 1;
      }

      #define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

      #define OPEN(name)                                                          \\
        int name(const char *path, int flags, ...) {                              \\
          va_list list;                                                           \\
          va_start(list, flags);                                                  \\
          int mode = va_arg(list, int);                                           \\
          va_end(list);                                                           \\
          if ((flags & O_ACCMODE) != O_RDONLY && fails(#name, path, -1, 0, 0)) return -1; \\
          return NEXT(name)(path, flags, mode);                                   \\
        }
      OPEN(open)
      OPEN(open64)

      ssize_t write(int descriptor, const void *bytes, size_t n) {
        return fails("write", 0, descriptor, bytes, n) ? -1 : NEXT(write)(descriptor, bytes, n);
      }
      ssize_t pwrite(int descriptor, const void *bytes, size_t n, off_t offset) {
        if (fails("pwrite", 0, descriptor, bytes, n)) return -1;
        return NEXT(pwrite)(descriptor, bytes, n, offset);
      }
      int fsync(int descriptor) { return fails("fsync", 0, descriptor, 0, 0) ? -1 : NEXT(fsync)(descriptor); }
      int rename(const char *from, const char *to) { return fails("rename", to, -1, 0, 0) ? -1 : NEXT(rename)(from, to); }
      int mkdir(const char *path, mode_t mode) { return fails("mkdir", path, -1, 0, 0) ? -1 : NEXT(mkdir)(path, mode); }
      int unlink(const char *path) { return fails("unlink", path, -1, 0, 0) ? -1 : NEXT(unlink)(path); }

      """
  }
#endif
