/// The handwriting forms of each digit, drawn by hand for this project.
///
/// The forms stand upright; the pen slants, turns and stretches them. The weights follow how often
/// a form is met in everyday American handwriting.
enum DigitStrokes {
  /// The forms of the digits 0 to 9.
  static let forms: [[DigitForm]] = [
    zero, one, two, three, four, five, six, seven, eight, nine,
  ]

  static let zero: [DigitForm] = [
    // Closed oval.
    DigitForm(
      "55,2 28,10 8,40 10,70 28,95 55,98 82,82 92,52 84,22 66,5 48,4",
      "50,1 32,14 22,42 22,70 32,94 50,99 68,88 76,58 74,28 62,6 46,4",
      weight: 6),
    // Begun at the right shoulder, the end crossing the start.
    DigitForm(
      "72,12 48,2 22,18 10,50 20,84 48,99 76,84 88,50 78,20 58,6 40,10",
      "66,10 48,2 30,18 22,50 28,84 48,99 68,84 76,50 70,20 58,4 48,14",
      weight: 2),
  ]

  static let one: [DigitForm] = [
    DigitForm("50,0 50,50 50,100", "46,0 54,50 48,100", "54,0 48,50 52,100", weight: 9),
    DigitForm("28,24 54,0! 52,50 50,100", "36,14 54,0! 54,50 52,100", weight: 0.7),
    DigitForm("26,22 54,0! 52,50 50,98 / 18,99 50,98 88,97", weight: 0.5),
  ]

  static let two: [DigitForm] = [
    // Sharp foot.
    DigitForm(
      "12,25 30,5 60,2 78,20 66,48 36,76 8,97! 45,94 92,95",
      "18,14 36,4 62,4 74,22 66,48 40,76 14,98! 45,96 80,97",
      weight: 4),
    // Looped foot.
    DigitForm(
      "10,26 30,5 62,3 76,24 62,54 34,84 12,92 10,78 32,76 62,92 96,90",
      "16,20 34,3 60,3 72,24 62,54 38,86 20,94 16,84 34,80 60,96 90,92",
      weight: 4),
    // Like a Z.
    DigitForm(
      "8,14 42,6 82,8! 50,48 8,94! 48,92 96,94",
      "10,20 45,4 78,12! 52,50 10,92! 48,90 94,92",
      weight: 2.5),
  ]

  static let three: [DigitForm] = [
    DigitForm(
      "12,16 38,2 70,8 72,28 40,46! 72,56 80,78 50,98 8,90",
      "18,10 40,2 66,10 68,30 40,46! 74,58 78,80 48,99 14,88",
      weight: 5),
    // A small loop in the waist.
    DigitForm(
      "14,14 42,2 70,12 60,34 36,46 40,50 70,58 78,80 46,99 10,88",
      weight: 2),
    // Flat top.
    DigitForm(
      "12,6 44,5 78,5! 60,24 40,42! 70,52 80,76 52,98 10,90",
      weight: 1),
  ]

  static let four: [DigitForm] = [
    // Open top.
    DigitForm(
      "26,4 20,28 12,54! 50,54 90,50 / 74,4 70,50 64,98",
      "20,10 18,30 16,50! 45,54 80,46 / 78,2 72,50 68,99",
      weight: 6),
    // One stroke, round corner.
    DigitForm(
      "22,6 14,34 28,54 60,50 78,8! 72,52 66,100",
      weight: 2),
    // Closed top.
    DigitForm(
      "64,4 38,36 8,66! 50,66 94,64 / 66,4 66,50 64,99",
      weight: 1.2),
  ]

  static let five: [DigitForm] = [
    DigitForm(
      "32,6 28,24 22,44! 52,38 80,58 74,86 42,99 10,88 / 32,6 60,5 92,2",
      "36,10 32,26 28,42! 54,42 74,62 66,88 40,98 8,92 / 36,10 66,10 96,6",
      weight: 5),
    DigitForm(
      "88,4 60,6 34,7! 26,42! 54,40 78,60 70,88 40,99 8,90",
      weight: 3),
    DigitForm(
      "88,4 58,6 36,16 36,36 62,50 74,72 60,94 34,98 8,90",
      weight: 2),
  ]

  static let six: [DigitForm] = [
    DigitForm(
      "70,2 42,18 20,50 18,80 40,98 70,90 76,68 54,56 28,68 18,84",
      "52,0 34,20 22,52 20,82 40,98 66,92 72,72 54,60 32,70 22,84",
      weight: 6),
    DigitForm(
      "44,0 28,26 16,58 18,88 44,99 72,86 66,62 42,62 20,84",
      weight: 3),
  ]

  static let seven: [DigitForm] = [
    DigitForm(
      "10,14 48,10 86,6! 66,46 46,98",
      "14,8 46,8 80,8! 70,48 58,100",
      weight: 6),
    DigitForm(
      "8,16 42,6 76,5 82,18 66,50 48,100",
      weight: 3),
    DigitForm(
      "12,26 14,8! 48,10 86,6! 66,46 46,98",
      weight: 1.5),
    DigitForm(
      "10,12 48,10 86,6! 66,46 46,98 / 34,50 58,48 88,46",
      weight: 1.5),
  ]

  static let eight: [DigitForm] = [
    DigitForm(
      "74,12 50,2 26,16 36,38 62,56 76,78 52,99 24,84 34,60 62,38 78,18 66,4",
      "70,14 50,2 32,16 38,36 58,54 68,78 48,99 30,84 38,60 58,40 70,20 62,6",
      weight: 6),
    DigitForm(
      "50,2 28,12 28,34 50,46 72,34 72,12 50,2 / 50,46 24,62 22,86 50,99 78,86 76,62 50,46",
      weight: 2),
  ]

  static let nine: [DigitForm] = [
    DigitForm(
      "74,16 52,3 24,16 20,40 42,52 66,38 76,12! 72,54 62,100",
      "70,14 52,4 30,16 26,36 42,48 62,38 72,14! 70,54 66,100",
      weight: 6),
    DigitForm(
      "72,20 50,3 24,18 22,42 44,50 66,38 74,14 74,54 60,92 28,96",
      weight: 2),
  ]
}
