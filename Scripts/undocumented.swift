// Lists the public declarations whose comment falls short: those without one, and functions of three
// parameters or more without a list of them. (Whether such a list is complete and true, DocC says.)
// Reads symbol graphs: `swift Scripts/undocumented.swift FILE.symbols.json ...`. Exits with 1 if
// there is any.
import Foundation

struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Kind: Decodable { let identifier: String }
    struct Comment: Decodable {
      struct Line: Decodable { let text: String }
      let lines: [Line]
    }
    struct Signature: Decodable {
      struct Parameter: Decodable {}
      let parameters: [Parameter]?
    }
    struct Location: Decodable {
      struct Position: Decodable { let line: Int }
      let uri: String
      let position: Position
    }

    let kind: Kind
    let pathComponents: [String]
    let docComment: Comment?
    let functionSignature: Signature?
    /// What the compiler makes by itself has none.
    let location: Location?
  }

  let symbols: [Symbol]
}

var found: Set<String> = []
var count = 0
for path in CommandLine.arguments.dropFirst() {
  let content = try Data(contentsOf: URL(fileURLWithPath: path))
  for symbol in try JSONDecoder().decode(SymbolGraph.self, from: content).symbols {
    guard let location = symbol.location, symbol.kind.identifier != "swift.extension" else {
      continue
    }
    count += 1
    let comment = symbol.docComment?.lines.map(\.text) ?? []
    let what: String
    if comment.allSatisfy(\.isEmpty) {
      what = "no comment"
    } else if let parameters = symbol.functionSignature?.parameters, parameters.count >= 3,
      !comment.contains(where: { $0.hasPrefix("- Parameter") })
    {
      what = "no list of its \(parameters.count) parameters"
    } else {
      continue
    }
    let file =
      location.uri.range(of: "/Sources/").map { "Sources/" + location.uri[$0.upperBound...] }
      ?? location.uri
    found.insert(
      "\(file):\(location.position.line + 1): "
        + "\(symbol.pathComponents.joined(separator: ".")): \(what)")
  }
}
print(found.sorted().joined(separator: "\n"))
print("\(count) public declarations; the comments of \(found.count) fall short")
exit(found.isEmpty && count > 0 ? 0 : 1)
