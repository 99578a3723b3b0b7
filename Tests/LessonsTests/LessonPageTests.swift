import Backprop
import Foundation
import BackpropTestSupport
import Testing

@testable import BackpropLessons

@Suite struct LessonPageTests {
  /// A lesson of one closure.
  struct Sample: Lesson {
    let name = "sample"
    let title = "A sample"
    let summary = "for the tests"
    let source = "Nowhere"
    let body: @Sendable (LessonPage) throws -> Void
    func run(on page: LessonPage) throws { try body(page) }
  }

  private func text(
    _ options: LessonPage.Options = .init(), _ body: @escaping @Sendable (LessonPage) throws -> Void
  ) throws -> String {
    var text = ""
    let page = LessonPage(of: Sample(body: body), options: options) { text += $0 }
    try page.fill()
    return text
  }

  @Test func valuesPrintAsPythonPrintsThem() {
    #expect(true.printed == "True")
    #expect([1, 2].printed == "[1, 2]")
    #expect(["a", "b"].printed == "['a', 'b']")
    #expect(1e-5.printed == "1e-05")
    #expect((0.1 + 0.2).printed == "0.30000000000000004")
    #expect(Tensor([1.0, 2.5], scalarType: .float64).printed == "[1.  2.5]")
  }

  @Test func jsonKeepsEveryDigitAndNests() {
    #expect(Tensor([[0.1, 1.0 / 3]], scalarType: .float64).json == "[[0.1,0.3333333333333333]]")
    #expect(Tensor([0.1] as [Float]).json == "[0.1]")
    #expect(Tensor([1, 2] as [Int]).json == "[1,2]")
    #expect((Tensor([1, 2] as [Int]) .> 1).json == "[false,true]")
    #expect(Tensor(2, scalarType: .float64).json == "2.0")
    #expect([Double.nan, -.infinity].json == "[\"nan\",\"-inf\"]")
    #expect("a\"b\\\n\u{1}é".json == "\"a\\\"b\\\\\\n\\u0001é\"")
  }

  @Test func jsonLinesCanBeReadBack() throws {
    var options = LessonPage.Options()
    options.format = .json
    let lines = try text(options) { page in
      page.heading("unseen")
      page.show("pi", Double.pi)
      page.slip("slip", course: 1, right: 2, why: "a \"reason\"")
    }.split(separator: "\n")
    try #require(lines.count == 2)
    let objects = try lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects[0]["lesson"] as? String == "sample")
    #expect(objects[0]["value"] as? Double == .pi)
    #expect(objects[1]["course"] as? Int == 1)
    #expect(objects[1]["value"] as? Int == 2)
    #expect(objects[1]["why"] as? String == "a \"reason\"")
  }

  @Test func textStandsInLinesThatFit() throws {
    var options = LessonPage.Options()
    options.columns = 30
    let page = try text(options) { page in
      page.say("A sentence that is longer than a line of thirty columns can hold, by far.")
      page.show("x", Tensor([[1, 2], [3, 4]] as [[Int]]))
      page.show("y", 1)
      page.show("z", 2)
    }
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 30 })
    #expect(page.contains("  x = [[1 2]\n       [3 4]]\n"))
    #expect(page.hasSuffix("\n\n  y = 1\n  z = 2\n"))
  }

  @Test func figuresGoToTheFolder() throws {
    try withTemporaryFolder { parent in
      let folder = parent + "/new"
      var options = LessonPage.Options()
      options.outputFolder = folder
      _ = try text(options) { page in
        var line = Figure()
        line.plot([1, 2, 3])
        page.figure("line", line, caption: "a line")
        var image = Figure()
        image.imshow([[0, 1], [1, 0]])
        page.figure("image", image, caption: "an image")
        page.graph("graph", svg: "<svg></svg>", caption: "a graph")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        names == [
          "sample-graph.svg", "sample-image.png", "sample-image.svg", "sample-line.svg",
        ])
    }
  }

  @Test func aFolderThatCannotBeWrittenIsAnError() {
    var options = LessonPage.Options()
    options.outputFolder = "/dev/null/folder"
    #expect(throws: (any Error).self) {
      _ = try text(options) { page in
        page.graph("graph", svg: "<svg></svg>", caption: "a graph")
      }
    }
  }

  @Test func namesAreUnique() {
    let names = Course.lessons.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil })
  }

  @Test func anUnknownNameSaysWhatIsNear() {
    let error = #expect(throws: UnknownLesson.self) { try Course.lesson(named: "sofmax") }
    #expect(error?.nearest.first == "softmax")
    #expect(error?.description.contains("Did you mean softmax") == true)
    let far = #expect(throws: UnknownLesson.self) { try Course.lesson(named: "qqqqqqqqqqqq") }
    #expect(far?.nearest == [])
  }

  @Test func editDistances() {
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("abc", "abc") == 0)
  }

  @Test func theBookHoldsEveryPartAndEscapes() throws {
    let page = LessonPage(
      of: Sample { page in
        page.heading("A < B")
        page.say("See `a < b` here.")
        page.show("x", 1, as: "a & b")
        page.print("<one>")
        page.slip("s", course: "wrong", right: "right", why: "because")
        page.graph("g", svg: "<svg id=\"drawing\"></svg>", caption: "seen")
      }
    ) { _ in }
    try page.fill()
    let html = CourseBook.html([page])
    for part in [
      "<a href=\"#sample\">", "<article id=\"sample\">", "<h3>A &lt; B</h3>",
      "<code>a &lt; b</code>", "a &amp; b", "&lt;one&gt;", "wrong", "<svg id=\"drawing\"></svg>",
      "prefers-color-scheme: dark", "name=\"viewport\"",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(!html.contains("http://") && !html.contains("https://"))
  }
}
