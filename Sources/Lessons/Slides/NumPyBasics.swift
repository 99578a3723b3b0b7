import Backprop

/// Arrays: arithmetic, broadcasting, indexing and slices.
struct NumPyBasics: Lesson {
  let name = "numpy-basics"
  let title = "Arrays"
  let summary = "arithmetic, broadcasting, indexing, slices"
  let source = "Slides, 01 Python"

  func run(on page: LessonPage) {
    page.heading("An array and its elements")
    page.say(
      "Where the course writes `np.array`, Swift writes `Tensor`. Numbers without a type are "
        + "32-bit floats; `as [Int]` or `as [Double]` asks for another type.")
    let a = Tensor([1, 2, 3] as [Int])
    page.show("shape", Array(a.shape), as: "a.shape")
  }
}
