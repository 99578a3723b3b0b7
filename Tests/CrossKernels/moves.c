// Kernels that move numbers of any type, put them where offsets say, or make them of bytes.
#include "check.h"

static const ptrdiff_t strides[] = {1, 0, 2, -1, 3};

void test_copy(const subject *s) {
  for (size_t i = 0; i < COUNT(strides) * COUNT(sizes); i++) {
    ptrdiff_t stride = strides[i % COUNT(strides)];
    size_t n = sizes[i / COUNT(strides)];
    describe("copy, n %zu, stride %td", n, stride);
    const void *a = operand(s, n, stride, 4, i);
    void *out = result(s, n), *expected = result(s, n);
    s->kernels->copy(n, a, stride, out);
    for (size_t j = 0; j < n; j++) move(s, expected, (ptrdiff_t)j, a, (ptrdiff_t)j * stride);
    expect_same(s, n, out, expected, "number");
    release();
  }
}

void test_assign(const subject *s) {
  static const ptrdiff_t pairs[][2] = {{1, 2}, {0, 1}, {2, -1}, {-1, 3}};
  for (size_t i = 0; i < COUNT(pairs) * COUNT(sizes); i++) {
    ptrdiff_t sa = pairs[i % COUNT(pairs)][0], so = pairs[i % COUNT(pairs)][1];
    size_t n = sizes[i / COUNT(pairs)];
    describe("assign, n %zu, strides %td and %td", n, sa, so);
    const void *a = operand(s, n, sa, 4, i);
    // What lies between stays.
    size_t length = n ? (n - 1) * (size_t)(so < 0 ? -so : so) + 1 : 0;
    ptrdiff_t first = so < 0 && n ? (ptrdiff_t)length - 1 : 0;
    void *out = operand(s, length, 1, 4, i + 5), *expected = copy_of(s, length, out);
    s->kernels->assign(n, a, sa, at(s, out, first), so);
    for (size_t j = 0; j < n; j++) {
      move(s, expected, first + (ptrdiff_t)j * so, a, (ptrdiff_t)j * sa);
    }
    expect_same(s, length, out, expected, "number");
    release();
  }
}

enum { PLACES = 11 };

// Offsets in 0 ..< PLACES, some of them several times.
static int64_t *some_offsets(size_t n) {
  int64_t *offsets = memory(n * sizeof *offsets);
  for (size_t i = 0; i < n; i++) offsets[i] = (int64_t)(i * i % PLACES);
  return offsets;
}

void test_gather_elements(const subject *s) {
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t n = sizes[i];
    describe("gather_elements, n %zu", n);
    const void *a = operand(s, PLACES, 1, 4, i);
    const int64_t *offsets = some_offsets(n);
    void *out = result(s, n), *expected = result(s, n);
    s->kernels->gather_elements(n, a, offsets, out);
    for (size_t j = 0; j < n; j++) move(s, expected, (ptrdiff_t)j, a, offsets[j]);
    expect_same(s, n, out, expected, "number");
    release();
  }
}

void test_scatter_elements(const subject *s) {
  for (size_t i = 0; i < COUNT(strides) * COUNT(sizes); i++) {
    ptrdiff_t stride = strides[i % COUNT(strides)];
    size_t n = sizes[i / COUNT(strides)];
    describe("scatter_elements, n %zu, stride %td", n, stride);
    const void *a = operand(s, n, stride, 4, i);
    const int64_t *offsets = some_offsets(n);
    void *out = operand(s, PLACES, 1, 4, i + 3), *expected = copy_of(s, PLACES, out);
    s->kernels->scatter_elements(n, a, stride, offsets, out);
    for (size_t j = 0; j < n; j++) move(s, expected, offsets[j], a, (ptrdiff_t)j * stride);
    expect_same(s, PLACES, out, expected, "number");
    release();
  }
}

// Number i of `sums` plus x = a[j], rounded as the type does.
static void add(const subject *s, void *sums, ptrdiff_t i, const void *a, ptrdiff_t j) {
  if (is_float(s)) {
    put(s, sums, i, number(s, sums, i) + number(s, a, j));
  } else {
    put_whole(s, sums, i, whole(s, sums, i) + whole(s, a, j));
  }
}

void test_add_elements(const subject *s) {
  for (size_t i = 0; i < COUNT(strides) * COUNT(sizes); i++) {
    ptrdiff_t stride = strides[i % COUNT(strides)];
    size_t n = sizes[i / COUNT(strides)];
    describe("add_elements, n %zu, stride %td", n, stride);
    const void *a = operand(s, n, stride, 4, i);
    const int64_t *offsets = some_offsets(n);
    void *out = operand(s, PLACES, 1, 4, i + 3), *expected = copy_of(s, PLACES, out);
    s->kernels->add_elements(n, a, stride, offsets, out);
    for (size_t j = 0; j < n; j++) add(s, expected, offsets[j], a, (ptrdiff_t)j * stride);
    expect_same(s, PLACES, out, expected, "sum");
    release();
  }
}

// Positions in 0 ..< PLACES, and -1 for none.
static int32_t *some_positions(size_t n) {
  int32_t *positions = memory(n * sizeof *positions);
  for (size_t i = 0; i < n; i++) positions[i] = i % 3 == 2 ? -1 : (int32_t)(i * i % PLACES);
  return positions;
}

void test_take_at(const subject *s) {
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t n = sizes[i];
    describe("take_at, n %zu", n);
    const void *a = operand(s, PLACES, 1, 4, i);
    const int32_t *positions = some_positions(n);
    void *out = result(s, n);
    s->kernels->take_at(n, a, positions, out);
    for (size_t j = 0; j < n; j++) {
      double expected = positions[j] < 0 ? 0 : number(s, a, positions[j]);
      expect_near(number(s, out, (ptrdiff_t)j), expected, 0, "number", j);
    }
    release();
  }
}

void test_add_at(const subject *s) {
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t n = sizes[i];
    describe("add_at, n %zu", n);
    const void *a = operand(s, n, 1, 4, i);
    const int32_t *positions = some_positions(n);
    void *out = operand(s, PLACES, 1, 4, i + 3), *expected = copy_of(s, PLACES, out);
    s->kernels->add_at(n, a, positions, out);
    for (size_t j = 0; j < n; j++) {
      if (positions[j] >= 0) add(s, expected, positions[j], a, (ptrdiff_t)j);
    }
    expect_same(s, PLACES, out, expected, "sum");
    release();
  }
}

void test_select(const subject *s) {
  static const ptrdiff_t triples[][3] = {{1, 1, 1}, {-1, 1, 0}, {2, 0, 1}, {1, 2, -1}, {0, 0, 3}};
  for (size_t i = 0; i < COUNT(triples) * COUNT(sizes); i++) {
    const ptrdiff_t *stride = triples[i % COUNT(triples)];
    size_t n = sizes[i / COUNT(triples)];
    describe("select, n %zu, strides %td %td %td", n, stride[0], stride[1], stride[2]);
    subject bytes = {.scalar = BP_UINT8, .size = 1};
    const uint8_t *c = operand(&bytes, n, stride[0], 0, i);
    const void *a = odd_operand(s, n, stride[1], i + 1), *b = odd_operand(s, n, stride[2], i + 2);
    void *out = result(s, n), *expected = result(s, n);
    s->kernels->select(n, c, stride[0], a, stride[1], b, stride[2], out);
    for (ptrdiff_t j = 0; j < (ptrdiff_t)n; j++) {
      if (c[j * stride[0]]) {
        move(s, expected, j, a, j * stride[1]);
      } else {
        move(s, expected, j, b, j * stride[2]);
      }
    }
    expect_same(s, n, out, expected, "number");
    release();
  }
}

void test_fill(const subject *s) {
  static const double values[] = {2.5, 7.9, 0, -0.75, 1e30, -1e30, INFINITY, NAN};
  for (size_t i = 0; i < COUNT(values) * COUNT(sizes); i++) {
    double value = values[i % COUNT(values)];
    size_t n = sizes[i / COUNT(values)];
    describe("fill, n %zu, value %g", n, value);
    void *out = result(s, n), *expected = result(s, n);
    s->kernels->fill(n, value, out);
    for (size_t j = 0; j < n; j++) convert_number(BP_FLOAT64, &value, 0, s->scalar, expected, j);
    expect_same(s, n, out, expected, "number");
    release();
  }
}

void test_scale_bytes(const subject *s) {
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t n = sizes[i];
    describe("scale_bytes, n %zu", n);
    uint8_t *bytes = memory(n);
    for (size_t j = 0; j < n; j++) bytes[j] = (uint8_t)(j * 37 + 200);
    void *out = result(s, n), *expected = result(s, n);
    s->kernels->scale_bytes(n, bytes, 1.0 / 255, out);
    for (size_t j = 0; j < n; j++) put(s, expected, (ptrdiff_t)j, bytes[j] * rounded(s, 1.0 / 255));
    expect_same(s, n, out, expected, "number");
    release();
  }
}

// Sorting moves nothing itself: it gives positions.

static void check_order(const subject *s, size_t n, const void *a, bool descending) {
  bp_ranked *work = memory(2 * n * sizeof *work);
  int64_t *positions = memory(n * sizeof *positions);
  uint8_t *seen = memory(n);
  s->kernels->argsort(n, a, descending, work, positions);
  memset(seen, 0, n);
  for (size_t j = 0; j < n; j++) {
    bool is_new = positions[j] >= 0 && positions[j] < (int64_t)n && !seen[positions[j]];
    expect(is_new, "each position once", j);
    if (!is_new) return;
    seen[positions[j]] = 1;
    if (j == 0) continue;
    order found = ranked(s, a, positions[j - 1], a, positions[j]);
    // Equal ones stay in their order.
    bool is_right = found == (descending ? ABOVE : BELOW) ||
                    (found == EQUAL && positions[j - 1] < positions[j]);
    expect(is_right, "one after the other", j);
  }
}

void test_argsort(const subject *s) {
  static const size_t counts[] = {0, 1, 2, 47, 48, 300, 1000};
  for (size_t i = 0; i < COUNT(counts) * 2; i++) {
    size_t n = counts[i / 2];
    for (int is_odd = 0; is_odd < 2; is_odd++) {
      describe("argsort, n %zu, %s, %s", n, i % 2 ? "falling" : "rising", is_odd ? "odd" : "any");
      check_order(s, n, is_odd ? odd_operand(s, n, 1, i) : operand(s, n, 1, 4, i), i % 2);
      release();
    }
  }
}

void test_search(const subject *s) {
  static const size_t counts[] = {0, 1, 2, 47, 300};
  enum { VALUES = 50 };
  for (size_t i = 0; i < COUNT(counts) * 2; i++) {
    size_t n = counts[i / 2];
    for (int is_odd = 0; is_odd < 2; is_odd++) {
      describe("search, n %zu, %s", n, i % 2 ? "right" : "left");
      void *rising = is_odd ? odd_operand(s, n, 1, i) : operand(s, n, 1, 4, i);
      for (ptrdiff_t j = 1; j < (ptrdiff_t)n; j++) {
        for (ptrdiff_t k = j; k > 0 && ranked(s, rising, k - 1, rising, k) == ABOVE; k--) {
          uint64_t spare;
          move(s, &spare, 0, rising, k);
          move(s, rising, k, rising, k - 1);
          move(s, rising, k - 1, &spare, 0);
        }
      }
      const void *values = is_odd ? odd_operand(s, VALUES, 1, 3) : operand(s, VALUES, 1, 4, 3);
      int64_t *out = memory(VALUES * sizeof *out);
      s->kernels->search(n, rising, VALUES, values, i % 2, out);
      for (ptrdiff_t j = 0; j < VALUES; j++) {
        int64_t expected = 0;
        for (ptrdiff_t k = 0; k < (ptrdiff_t)n; k++) {
          order found = ranked(s, rising, k, values, j);
          expected += found == BELOW || (found == EQUAL && i % 2);
        }
        expect(out[j] == expected, "place", (size_t)j);
      }
      release();
    }
  }
}
