import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

/// Runs `body` with a copy of a fixture's folder, in which texts of a file were replaced.
///
/// - Parameters:
///   - fixture: the folder's place in Tests/Fixtures.
///   - file: the file in it.
///   - replacements: what is replaced, which must be there, and by what.
///   - body: gets the copy's path.
@discardableResult
func withChangedFolder<R>(
  _ fixture: String, in file: String, _ replacements: [(old: String, new: String)],
  _ body: (String) throws -> R
) throws -> R {
  try withTemporaryFolder { root in
    let folder = root + "/model"
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: folder)
    var text = String(decoding: try File.read(folder + "/" + file), as: UTF8.self)
    for (old, new) in replacements {
      try #require(text.contains(old), "\(old) is not in \(file)")
      text = text.replacing(old, with: new)
    }
    try AtomicFile.write(Array(text.utf8), to: folder + "/" + file)
    return try body(folder)
  }
}
