import Backprop

/// Numbers, variables, lists, dictionaries, truth, loops and functions, in Swift.
struct PythonBasics: Lesson {
  let name = "python-basics"
  let title = "From Python to Swift"
  let summary = "numbers, lists, strings, dictionaries, truth, loops, functions"
  let source = "Slides, 01 Python"

  func run(on page: LessonPage) {
    page.say(
      "The course starts with Python itself. Here are its examples in Swift, each with what Python "
        + "prints, so that the rest can be read in either language.")
    numbers(page)
    listsAndStrings(page)
    dictionaries(page)
    truth(page)
    functions(page)
  }

  private func numbers(_ page: LessonPage) {
    page.heading("Arithmetic and variables")
    page.show("add", 5 + 3, as: "5 + 3")
    page.show("subtract", 5 - 3, as: "5 - 3")
    page.show("multiply", 5 * 3, as: "5 * 3")
    page.show("divide", 5.0 / 3.0, as: "5.0 / 3.0")
    page.say(
      "In Python `5 / 3` is a fraction and `5 // 3` a whole number. In Swift the types decide: "
        + "whole numbers divide to a whole number.")
    page.show("divide-whole", 5 / 3, as: "5 / 3 (Python: 5 // 3)")
    page.show("remainder", 5 % 3, as: "5 % 3")
    page.show("power", (0..<3).reduce(1) { product, _ in product * 5 }, as: "5 ** 3")

    page.say(
      "A variable keeps its type, and a whole number becomes a fraction only where the program "
        + "says so; that is what the slide calls a static language.")
    var x = 10
    x = 100
    let y = 3.14
    page.show("product", Double(x) * y, as: "Double(x) * y")
  }

  private func listsAndStrings(_ page: LessonPage) {
    page.heading("Lists and strings")
    let a = [1, 2, 3, 4, 5]
    page.show("list", a, as: "a")
    page.show("list-count", a.count, as: "a.count (Python: len(a))")
    page.show("list-element", a[1], as: "a[1]")
    page.show("list-slice", Array(a[0..<2]), as: "a[0..<2]")
    let text = "abcde"
    page.show("string-first", String(text.first!), as: "text.first (Python: str[0])")
    page.show(
      "string-slice", String(text.dropLast().suffix(2)),
      as: "text.dropLast().suffix(2) (Python: str[-3:-1])")
  }

  private func dictionaries(_ page: LessonPage) {
    page.heading("Dictionaries")
    var me = ["height": 180]
    page.show("height", me["height"]!, as: "me[\"height\"]")
    me["weight"] = 70
    page.show("weight", me["weight"]!, as: "me[\"weight\"]")
    page.show("keys", me.keys.sorted(), as: "me.keys.sorted()")
    page.slip(
      "dictionary-order", course: "{'weight' : 70, 'height' : 180}",
      right: "{'height': 180, 'weight': 70}",
      why: "Since Python 3.7 a dictionary keeps the order in which its keys were added; the slide "
        + "shows the order of an older Python. Swift's dictionary promises no order: sort the keys."
    )
  }

  private func truth(_ page: LessonPage) {
    page.heading("Truth")
    let hungry = true
    let sleepy = false
    page.show("not-hungry", !hungry, as: "!hungry (Python: not hungry)")
    page.show("hungry-differs", hungry != (1 == 1), as: "hungry != hungry")
    page.show("hungry-and-sleepy", hungry && sleepy, as: "hungry && sleepy")
    page.show("hungry-or-sleepy", hungry || sleepy, as: "hungry || sleepy")
    let pairs = [(true, true), (true, false), (false, true), (false, false)]
    page.show("or-table", pairs.map { $0 || $1 }, as: "OR of TT, TF, FT, FF")
    page.show("and-table", pairs.map { $0 && $1 }, as: "AND of TT, TF, FT, FF")
    page.show("not-table", [!true, !false], as: "NOT of T, F")
  }

  private func functions(_ page: LessonPage) {
    page.heading("Choices, loops, functions")
    for hungry in [true, false] {
      if hungry {
        page.print("I'm hungry")
      } else {
        page.print("I'm not hungry\nI'm not sleepy")
      }
    }
    page.print([1, 2, 3].map { "\($0)" }.joined(separator: "\n"))

    func hello(_ name: String) -> String { "Hello " + name + "!" }
    page.show("hello", hello("Modu_Lab"), as: "hello(\"Modu_Lab\")")
    let g = { (x: Int, y: Int) in x * y }
    page.show("lambda", g(2, 3), as: "g(2, 3) with g = lambda x, y: x * y")
    page.slip(
      "function-colon", course: "def hello(object)", right: "def hello(object):",
      why: "The slide's second function lacks the colon, which Python refuses to read.")
  }
}
