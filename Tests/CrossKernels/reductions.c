// Reductions to one number, along rows and one after the other, and where extremes are.
#include "check.h"

static const size_t many_sizes[] = {0,  1,  2,  3,  5,  7,   8,   9,   15,  16,   17,   31,  33,
                                    63, 64, 65, 127, 129, 513, 1000, 1023, 1025, 5000};
static const ptrdiff_t strides[] = {1, 2, -1, 3, 0};

// x op y, of numbers that are exact in double or modulo 2^64.
static double combined(bp_reduction op, double x, double y) {
  switch (op) {
    case BP_SUM: return x + y;
    case BP_PRODUCT: return x * y;
    case BP_MAX: return isnan(x) || isnan(y) ? NAN : fmax(x, y);
    case BP_MIN: return isnan(x) || isnan(y) ? NAN : fmin(x, y);
    default: abort();  // A new reduction has its line here and below.
  }
}
static uint64_t combined_whole(bp_reduction op, uint64_t x, uint64_t y) {
  switch (op) {
    case BP_SUM: return x + y;
    case BP_PRODUCT: return x * y;
    case BP_MAX: return (int64_t)x > (int64_t)y ? x : y;
    case BP_MIN: return (int64_t)x < (int64_t)y ? x : y;
    default: abort();
  }
}

// What nothing gives.
static double nothing(bp_reduction op) {
  return op == BP_SUM ? 0 : op == BP_PRODUCT ? 1 : op == BP_MAX ? -INFINITY : INFINITY;
}
static uint64_t whole_nothing(const subject *s, bp_reduction op) {
  switch (s->scalar) {
#define X(NAME, suffix, T, KIND, smallest, largest) \
  case BP_##NAME:                                   \
    return op == BP_SUM       ? 0                   \
           : op == BP_PRODUCT ? 1                   \
           : op == BP_MAX     ? (uint64_t)(smallest) : (uint64_t)(largest);
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

// Numbers of which a product of many is a number too: signs, and seldom a 2.
static void *factors(const subject *s, size_t n, ptrdiff_t stride, uint64_t seed) {
  void *a = operand(s, n, stride, 4, seed);
  if (!is_float(s)) return a;
  for (size_t i = 0; i < n && (stride != 0 || i == 0); i++) {
    ptrdiff_t place = (ptrdiff_t)i * stride;
    put(s, a, place, number(s, a, place) < 0 ? -1 : i % 100 == 0 ? 2 : 1);
  }
  return a;
}

// The reduction of n numbers, and for sums what an error counts beside.
typedef struct {
  double value, size;
  uint64_t whole;
} reduced;

static reduced reduce(const subject *s, bp_reduction op, size_t n, const void *a, ptrdiff_t stride) {
  reduced r = {nothing(op), 0, is_float(s) ? 0 : whole_nothing(s, op)};
  for (size_t i = 0; i < n; i++) {
    ptrdiff_t place = (ptrdiff_t)i * stride;
    if (is_float(s)) {
      r.value = combined(op, r.value, number(s, a, place));
      r.size += fabs(number(s, a, place));
    } else {
      r.whole = combined_whole(op, r.whole, whole(s, a, place));
    }
  }
  return r;
}

// Pairwise: the error of a sum grows with the depth of the tree, here at most 64.
static void expect_reduced(const subject *s, bp_reduction op, const void *out, ptrdiff_t i,
                           reduced expected) {
  if (is_float(s)) {
    double found = number(s, out, i), exact = expected.value;
    double tolerance = op == BP_SUM ? 64 * s->epsilon * expected.size : 0;
    if (isnan(exact)) {
      expect(isnan(found), "NaN", (size_t)i);
    } else {
      expect_near(found, exact, tolerance, "reduction", (size_t)i);
    }
  } else {
    uint64_t number_of_type;
    put_whole(s, &number_of_type, 0, expected.whole);
    expect_same(s, 1, at(s, out, i), &number_of_type, "reduction");
  }
}

// Types that are only stored have none, those of numbers all, and flags no sums.
static void expect_reductions(const subject *s) {
  const bp_reduce_function *loops = s->kernels->reductions;
  expect(!loops[BP_MAX] == !loops[BP_MIN] && !loops[BP_SUM] == !loops[BP_PRODUCT] &&
             (loops[BP_MAX] || !loops[BP_SUM]) && (loops[BP_SUM] || !is_float(s)),
         "reductions come together", 0);
}

void test_reduce(const subject *s) {
  describe("reductions");
  expect_reductions(s);
  for (bp_reduction op = 0; op < BP_REDUCTION_COUNT; op++) {
    if (!s->kernels->reductions[op]) continue;
    for (size_t i = 0; i < COUNT(strides) * COUNT(many_sizes); i++) {
      ptrdiff_t stride = strides[i % COUNT(strides)];
      size_t n = many_sizes[i / COUNT(strides)];
      describe("reduction %d, n %zu, stride %td", (int)op, n, stride);
      void *a = op == BP_PRODUCT ? factors(s, n, stride, i) : operand(s, n, stride, 4, i);
      void *out = result(s, 1), *contiguous = result(s, n), *same = result(s, 1);
      if (stride == 0 && op == BP_PRODUCT && n && is_float(s)) put(s, a, 0, -1);
      s->kernels->reduce(op, n, a, stride, out);
      expect_reduced(s, op, out, 0, reduce(s, op, n, a, stride));
      // The stride changes where numbers lie, not how they are combined.
      for (size_t j = 0; j < n; j++) move(s, contiguous, (ptrdiff_t)j, a, (ptrdiff_t)j * stride);
      s->kernels->reduce(op, n, contiguous, 1, same);
      expect_same(s, 1, out, same, "any stride");
      s->kernels->reductions[op](n, a, stride, same);
      expect_same(s, 1, out, same, "the loop alone");
      if (is_float(s) && n > 0) {
        size_t places[] = {0, n / 2, n - 1};
        for (size_t j = 0; j < COUNT(places); j++) {
          double old = number(s, contiguous, (ptrdiff_t)places[j]);
          put(s, contiguous, (ptrdiff_t)places[j], NAN);
          s->kernels->reduce(op, n, contiguous, 1, out);
          expect(isnan(number(s, out, 0)), "NaN is seen", places[j]);
          put(s, contiguous, (ptrdiff_t)places[j], old);
        }
      }
      release();
    }
  }
  if (!is_float(s)) return;
  // One after another, a float32 sum of 2^25 ones would stop at 2^24.
  describe("a long sum");
  void *one = result(s, 1), *out = result(s, 1);
  put(s, one, 0, 1);
  s->kernels->reduce(BP_SUM, (size_t)1 << 25, one, 0, out);
  expect_near(number(s, out, 0), 1 << 25, 0, "sum", 0);
}

void test_reduce_rows(const subject *s) {
  static const size_t shapes[][3] = {{0, 3, 0},   {1, 1, 0},   {2, 5, 1},   {3, 16, 0},
                                     {100, 10, 0}, {100, 50, 3}, {129, 65, 0}, {128, 67, 0},
                                     {300, 7, 2}, {5, 200, 0}, {1000, 1, 0}, {4, 0, 0}};
  for (bp_reduction op = 0; op < BP_REDUCTION_COUNT; op++) {
    if (!s->kernels->reductions[op]) continue;
    for (size_t i = 0; i < 2 * COUNT(shapes); i++) {
      const size_t *shape = shapes[i / 2];
      size_t rows = shape[0], columns = shape[1], apart = columns + shape[2];
      // From the last row to the first too.
      ptrdiff_t stride = i % 2 ? -(ptrdiff_t)apart : (ptrdiff_t)apart;
      describe("reduction %d of rows, %zu x %zu, stride %td", (int)op, rows, columns, stride);
      size_t length = rows ? (rows - 1) * apart + columns : 0;
      void *a = op == BP_PRODUCT ? factors(s, length, 1, i) : operand(s, length, 1, 4, i);
      const void *first = i % 2 && rows ? at(s, a, (ptrdiff_t)((rows - 1) * apart)) : a;
      void *out = result(s, columns);
      s->kernels->reduce_rows(op, rows, columns, first, stride, out);
      for (size_t j = 0; j < columns; j++) {
        reduced expected = reduce(s, op, rows, at(s, first, (ptrdiff_t)j), stride);
        expect_reduced(s, op, out, (ptrdiff_t)j, expected);
      }
      release();
    }
  }
  expect_reductions(s);
}

static const size_t scans[][2] = {{0, 3}, {1, 1}, {7, 1}, {5, 3}, {3, 33}, {4, 70}, {200, 2}};

void test_scan(const subject *s) {
  for (bp_reduction op = 0; op < BP_REDUCTION_COUNT; op++) {
    if (!s->kernels->reductions[op]) continue;
    for (size_t i = 0; i < 2 * COUNT(scans); i++) {
      size_t n = scans[i / 2][0], columns = scans[i / 2][1];
      ptrdiff_t step = i % 2 ? -(ptrdiff_t)columns : (ptrdiff_t)columns;
      ptrdiff_t first = i % 2 && n ? (ptrdiff_t)((n - 1) * columns) : 0;
      describe("scan %d, %zu x %zu, step %td", (int)op, n, columns, step);
      // Sums of multiples of 2^-16 are exact.
      size_t all = n * columns;
      const void *a = op == BP_PRODUCT ? factors(s, all, 1, i) : operand(s, all, 1, 4, i);
      void *out = result(s, all);
      s->kernels->scan(op, n, columns, at(s, a, first), step, at(s, out, first));
      for (size_t j = 0; j < columns; j++) {
        for (size_t k = 0; k < n; k++) {
          reduced expected = reduce(s, op, k + 1, at(s, a, first + (ptrdiff_t)j), step);
          expected.size = 0;
          expect_reduced(s, op, out, first + (ptrdiff_t)j + (ptrdiff_t)k * step, expected);
        }
      }
      release();
    }
  }
  expect_reductions(s);
  if (!is_float(s)) return;
  describe("scan, what rounding loses");
  size_t n = 100000;
  void *a = result(s, n), *out = result(s, n);
  for (size_t i = 0; i < n; i++) put(s, a, (ptrdiff_t)i, 0.1);
  s->kernels->scan(BP_SUM, n, 1, a, 1, out);
  for (size_t i = 9; i < n; i *= 3) {
    double exact = (double)(i + 1) * number(s, a, 0);
    expect_ulps(s, number(s, out, (ptrdiff_t)i), exact, 0.5 + 1e-6, "sum", i);
  }
  static const double ends[] = {1, INFINITY, 2, -INFINITY, 3, NAN, 4};
  for (size_t i = 0; i < COUNT(ends); i++) put(s, a, (ptrdiff_t)i, ends[i]);
  for (bp_reduction op = 0; op < BP_REDUCTION_COUNT; op++) {
    describe("scan %d of what is not finite", (int)op);
    s->kernels->scan(op, COUNT(ends), 1, a, 1, out);
    for (size_t i = 0; i < COUNT(ends); i++) {
      reduced expected = reduce(s, op, i + 1, a, 1);
      expected.size = 0;
      expect_reduced(s, op, out, (ptrdiff_t)i, expected);
    }
  }
}

void test_recurrence(const subject *s) {
  for (size_t i = 0; i < 2 * COUNT(scans); i++) {
    size_t n = scans[i / 2][0], columns = scans[i / 2][1];
    ptrdiff_t step = i % 2 ? -(ptrdiff_t)columns : (ptrdiff_t)columns;
    ptrdiff_t first = i % 2 && n ? (ptrdiff_t)((n - 1) * columns) : 0;
    describe("recurrence, %zu x %zu, step %td", n, columns, step);
    void *a = operand(s, n * columns, 1, 1, i), *b = operand(s, n * columns, 1, 4, i + 2);
    // What stands before the first does not count.
    for (size_t j = 0; n > 0 && j < columns; j++) put(s, a, first + (ptrdiff_t)j, NAN);
    void *out = result(s, n * columns);
    s->kernels->recurrence(n, columns, at(s, a, first), at(s, b, first), step, at(s, out, first));
    for (size_t j = 0; j < columns; j++) {
      double value = 0;
      for (size_t k = 0; k < n; k++) {
        ptrdiff_t place = first + (ptrdiff_t)j + (ptrdiff_t)k * step;
        double product = k ? rounded(s, number(s, a, place) * value) : 0;
        value = rounded(s, number(s, b, place) + product);
        expect_near(number(s, out, place), value, 0, "number", k);
      }
    }
    release();
  }
}

void test_dot(const subject *s) {
  static const ptrdiff_t pairs[][2] = {{1, 1}, {1, 2}, {-1, 1}, {0, 3}, {2, -1}};
  for (size_t i = 0; i < COUNT(pairs) * COUNT(many_sizes); i++) {
    ptrdiff_t sa = pairs[i % COUNT(pairs)][0], sb = pairs[i % COUNT(pairs)][1];
    size_t n = many_sizes[i / COUNT(pairs)];
    describe("dot, n %zu, strides %td and %td", n, sa, sb);
    const void *a = operand(s, n, sa, 4, i), *b = operand(s, n, sb, 4, i + 9);
    void *out = result(s, 1);
    s->kernels->dot(n, a, sa, b, sb, out);
    double sum = 0, size = 0;
    for (ptrdiff_t j = 0; j < (ptrdiff_t)n; j++) {
      sum += number(s, a, j * sa) * number(s, b, j * sb);
      size += fabs(number(s, a, j * sa) * number(s, b, j * sb));
    }
    expect_near(number(s, out, 0), sum, 64 * s->epsilon * size, "sum", n);
    release();
  }
}

void test_all_finite(const subject *s) {
  static const double values[] = {NAN, INFINITY, -INFINITY};
  double most = s->scalar == BP_FLOAT32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
  for (size_t i = 0; i < COUNT(many_sizes); i++) {
    size_t n = many_sizes[i];
    describe("all_finite, n %zu", n);
    void *a = operand(s, n, 1, 4, i);
    expect(s->kernels->all_finite(n, a), "finite", 0);
    for (size_t place = 0; place < n; place += 1 + n / 40) {
      double old = number(s, a, (ptrdiff_t)place);
      for (size_t j = 0; j < COUNT(values); j++) {
        put(s, a, (ptrdiff_t)place, values[j]);
        expect(!s->kernels->all_finite(n, a), "not finite", place);
      }
      put(s, a, (ptrdiff_t)place, -most);
      expect(s->kernels->all_finite(n, a), "the largest number", place);
      put(s, a, (ptrdiff_t)place, old);
    }
    release();
  }
}

void test_equal(const subject *s) {
  for (size_t i = 0; i < COUNT(many_sizes); i++) {
    size_t n = many_sizes[i];
    describe("equal, n %zu", n);
    const void *a = odd_operand(s, n, 1, i), *numbers = operand(s, n, 1, 4, i);
    void *b = copy_of(s, n, a), *other = copy_of(s, n, numbers);
    bool is_same = true, numbers_are = true;
    for (ptrdiff_t j = 0; j < (ptrdiff_t)n; j++) {
      is_same = is_same && compared(s, a, j, b, j) == EQUAL;
      numbers_are = numbers_are && compared(s, numbers, j, other, j) == EQUAL;
    }
    expect(s->kernels->equal(n, a, b) == is_same, "NaN equals nothing", n);
    expect(s->kernels->equal(n, numbers, other) == numbers_are, "the same numbers", n);
    for (size_t place = 0; place < n; place += 1 + n / 40) {
      void *last = at(s, other, (ptrdiff_t)place);
      *(uint8_t *)last ^= 1;
      bool differs = compared(s, numbers, (ptrdiff_t)place, other, (ptrdiff_t)place) != EQUAL;
      expect(s->kernels->equal(n, numbers, other) == (numbers_are && !differs), "one other", place);
      *(uint8_t *)last ^= 1;
    }
    release();
  }
}

// The first of equal ones; NaN is both largest and smallest.
static void check_extreme(const subject *s, bool is_largest) {
  for (size_t i = 0; i < 2 * COUNT(strides) * COUNT(many_sizes); i++) {
    ptrdiff_t stride = strides[i / 2 % COUNT(strides)];
    size_t n = many_sizes[i / 2 / COUNT(strides)];
    if (n == 0) continue;
    describe("%s, n %zu, stride %td", is_largest ? "argmax" : "argmin", n, stride);
    const void *a = i % 2 ? odd_operand(s, n, stride, i) : operand(s, n, stride, 4, i);
    ptrdiff_t best = 0;
    for (ptrdiff_t j = 1; j < (ptrdiff_t)n; j++) {
      if (compared(s, a, best * stride, a, best * stride) == UNORDERED) break;
      order found = compared(s, a, j * stride, a, best * stride);
      if (found == (is_largest ? ABOVE : BELOW) || found == UNORDERED) best = j;
    }
    size_t found =
        is_largest ? s->kernels->argmax(n, a, stride) : s->kernels->argmin(n, a, stride);
    expect(found == (size_t)best, "position", found);
    release();
  }
}

void test_argmax(const subject *s) { check_extreme(s, true); }
void test_argmin(const subject *s) { check_extreme(s, false); }
