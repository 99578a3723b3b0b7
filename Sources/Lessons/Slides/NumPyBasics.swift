// The names are the course's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Backprop

/// Arrays: arithmetic, broadcasting, indexing and slices.
struct NumPyBasics: Lesson {
  let name = "numpy-basics"
  let title = "Arrays"
  let summary = "arithmetic, broadcasting, indexing, slices"
  let source = "Slides, 01 Python"

  func run(on page: LessonPage) {
    elements(page)
    arithmetic(page)
    broadcasting(page)
    slices(page)
  }

  private func elements(_ page: LessonPage) {
    page.heading("Arrays and their elements")
    page.say(
      "Where the course writes `np.array`, Swift writes `Tensor`. Whole numbers keep the type of the "
        + "Swift array, as `as [Int]` says here; fractions have 32 bits, and NumPy's 64 with "
        + "`scalarType: .float64`.")
    var a = Tensor([1, 2, 3] as [Int])
    page.show("a-shape", a.shape.description, as: "a.shape")
    page.show("a-elements", [a[0], a[1], a[2]].map { Int($0.item) }, as: "a[0], a[1], a[2]")
    a[0] = Tensor([5] as [Int], shape: [])
    page.slip(
      "a-changed", course: "[5, 2, 3]", right: a,
      why: "The slide's comment has commas. NumPy prints an array without them: with commas it "
        + "would be a list.")

    let b = Tensor([[1, 2, 3], [4, 5, 6]] as [[Int]])
    page.show("b", b)
    page.show("b-shape", b.shape.description, as: "b.shape")
    page.show(
      "b-elements", [b[0, 0], b[0, 1], b[1, 0]].map { Int($0.item) },
      as: "b[0, 0], b[0, 1], b[1, 0]")
  }

  private func arithmetic(_ page: LessonPage) {
    page.heading("Arithmetic")
    page.say(
      "Element by element. The slides show an older NumPy, which left a space for a sign: "
        + "`[ 3.  6.  9.]` for `[3. 6. 9.]`.")
    let x = Tensor([1.0, 2.0, 3.0], scalarType: .float64)
    let y = Tensor([2.0, 4.0, 6.0], scalarType: .float64)
    page.show("x+y", x + y, as: "x + y")
    page.show("x-y", x - y, as: "x - y")
    page.show("x*y", x * y, as: "x * y")
    page.show("x/y", x / y, as: "x / y")
    page.show("x/2", x / 2.0, as: "x / 2.0")
  }

  private func broadcasting(_ page: LessonPage) {
    page.heading("Broadcasting")
    page.say("A smaller array is repeated until it has the shape of the larger one.")
    let A = Tensor([[1, 2], [3, 4]] as [[Int]])
    let B = Tensor([10, 20] as [Int])
    page.show("scalar-times-matrix", A * 10, as: "A * 10")
    page.show("A*B", A * B, as: "A * B")
  }

  private func slices(_ page: LessonPage) {
    page.heading("Slices")
    var a = Tensor([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]] as [[Int]])
    let b = a[0..<2, 1..<3]
    page.show("slice", b, as: "a[0..<2, 1..<3]")
    page.show("before", Int(a[0, 1].item), as: "a[0, 1]")
    page.say(
      "In NumPy a slice is a window onto the array: writing 77 to `b[0, 0]` changes `a[0, 1]`. In "
        + "Swift a tensor is a value, and a copy never changes behind your back. To change `a`, "
        + "write to `a`, through the same window:")
    a[0..<2, 1..<3][0, 0] = Tensor([77] as [Int], shape: [])
    page.show("after", Int(a[0, 1].item), as: "a[0, 1]")
    page.show("slice-unchanged", Int(b[0, 0].item), as: "b[0, 0]")
    page.show("a", a)
  }
}
