// What slides over planes: pooling, and planes in other sizes.
#include "windows.h"

// MARK: Pooling by its definition

static const bp_span *even_spans(even_windows windows, ptrdiff_t length, ptrdiff_t *count) {
  ptrdiff_t room = length + 2 * windows.before - windows.length;
  *count = room < 0 ? 0 : room / windows.step + 1;
  bp_span *spans = memory((size_t)*count * sizeof *spans);
  for (ptrdiff_t i = 0; i < *count; i++) {
    ptrdiff_t start = i * windows.step - windows.before, end = start + windows.length;
    if (start < 0) start = 0;
    if (end > length) end = length;
    spans[i] = (bp_span){start, end - start, windows.length};
  }
  return spans;
}

const bp_pooling *even_pooling(even_windows windows, ptrdiff_t height, ptrdiff_t width) {
  bp_pooling *p = memory(sizeof *p);
  *p = (bp_pooling){.width = width, .row_step = 1, .column_step = 1};
  p->rows = even_spans(windows, height, &p->out_height);
  p->columns = even_spans(windows, width, &p->out_width);
  return p;
}

void largest_of_windows(const subject *s, const bp_pooling *p, const void *plane, void *out,
                        int32_t *positions) {
  for (size_t i = 0; i < window_count(p); i++) {
    const bp_span *row = &p->rows[(ptrdiff_t)i / p->out_width];
    const bp_span *column = &p->columns[(ptrdiff_t)i % p->out_width];
    double largest = -INFINITY;
    ptrdiff_t place = -1;
    for (ptrdiff_t j = 0; j < row->count * column->count; j++) {
      ptrdiff_t at_j = place_in_window(p, row, column, j);
      double x = number(s, plane, at_j);
      if (isnan(x) || x > largest || place < 0) largest = x, place = at_j;
    }
    put(s, out, (ptrdiff_t)i, largest);
    positions[i] = (int32_t)place;
  }
}

void spread_over_plane(const subject *s, const bp_pooling *p, const void *cotangent,
                       const void *result, const int32_t *positions, size_t area, void *out) {
  for (size_t i = 0; i < area; i++) put(s, out, (ptrdiff_t)i, 0);
  for (size_t i = 0; i < window_count(p); i++) {
    bool passes = !result || number(s, result, (ptrdiff_t)i) > 0;
    if (positions[i] < 0 || !passes) continue;
    double sum = number(s, out, positions[i]) + number(s, cotangent, (ptrdiff_t)i);
    put(s, out, positions[i], sum);
  }
}

void any_positions(const bp_pooling *p, uint64_t seed, int32_t *positions) {
  uint64_t state = seed;
  for (size_t i = 0; i < window_count(p); i++) {
    const bp_span *row = &p->rows[(ptrdiff_t)i / p->out_width];
    const bp_span *column = &p->columns[(ptrdiff_t)i % p->out_width];
    size_t count = (size_t)(row->count * column->count);
    positions[i] = -1;
    if (count == 0) continue;
    ptrdiff_t any = (ptrdiff_t)random_below(&state, count);
    positions[i] = (int32_t)place_in_window(p, row, column, any);
  }
}

// MARK: Pooling

static const bp_span short_spans[] = {{0, 2, 3}, {1, 3, 3}, {6, 1, 2}, {9, 0, 1}};
static const bp_span long_spans[] = {{0, 20, 20}, {2, 17, 4}};
static const even_windows even[] = {{2, 2, 0}, {3, 2, 0}, {3, 1, 0},
                                    {2, 3, 0}, {3, 2, 1}, {1, 1, 0}};
// Of planes whose windows are two by two numbers: rows of a few vectors, and what is left over.
static const ptrdiff_t halved[][2] = {{2, 2},  {5, 3},  {4, 7},  {3, 8},  {2, 9},
                                      {6, 16}, {5, 17}, {4, 31}, {3, 32}, {4, 33},
                                      {5, 35}, {2, 47}, {7, 64}, {4, 67}, {3, 1}};
enum {
  HEIGHT = 7,
  WIDTH = 40,
  IRREGULAR = 4,
  EVEN = IRREGULAR + COUNT(even),
  POOLINGS = EVEN + COUNT(halved)
};

static const bp_pooling *pooling(size_t kind, ptrdiff_t *height) {
  *height = HEIGHT;
  if (kind >= EVEN) {
    *height = halved[kind - EVEN][0];
    return even_pooling(even[0], *height, halved[kind - EVEN][1]);
  }
  if (kind >= IRREGULAR) return even_pooling(even[kind - IRREGULAR], HEIGHT, WIDTH);
  bp_pooling *p = memory(sizeof *p);
  *p = (bp_pooling){.width = WIDTH, .rows = short_spans, .columns = long_spans,
                    .out_height = COUNT(short_spans), .out_width = COUNT(long_spans),
                    .row_step = 1, .column_step = 1};
  if (kind == 0) p->columns = short_spans, p->out_width = COUNT(short_spans);
  if (kind == 1) p->column_step = 2;
  if (kind == 2) p->out_height = 1, p->row_step = 3;
  return p;
}

static void expect_same_positions(size_t n, const int32_t *found, const int32_t *expected) {
  for (size_t i = 0; i < n; i++) expect(found[i] == expected[i], "position", i);
}

void test_max_pool(const subject *s) {
  for (size_t i = 0; i < POOLINGS * 2; i++) {
    ptrdiff_t height;
    const bp_pooling *p = pooling(i / 2, &height);
    describe("max_pool, case %zu", i);
    size_t n = (size_t)(height * p->width), windows = window_count(p);
    // Odd numbers have equal ones and NaN.
    const void *plane = i % 2 ? odd_operand(s, n, 1, i) : operand(s, n, 1, 4, i);
    void *out = result(s, windows), *alone = result(s, windows), *largest = result(s, windows);
    int32_t *positions = memory(windows * sizeof *positions);
    int32_t *expected = memory(windows * sizeof *expected);
    s->kernels->max_pool(p, plane, out, positions);
    s->kernels->max_pool(p, plane, alone, NULL);
    largest_of_windows(s, p, plane, largest, expected);
    for (size_t j = 0; j < windows; j++) {
      double x = number(s, out, (ptrdiff_t)j), y = number(s, largest, (ptrdiff_t)j);
      expect(isnan(y) ? isnan(x) : x == y, "largest", j);
    }
    expect_same_positions(windows, positions, expected);
    expect_same(s, windows, alone, out, "without positions");
    release();
  }
}

void test_max_pool_gradient(const subject *s) {
  for (size_t i = 0; i < POOLINGS * 2; i++) {
    ptrdiff_t height;
    const bp_pooling *p = pooling(i / 2, &height);
    describe("max_pool_gradient, case %zu", i);
    size_t area = (size_t)(height * p->width), windows = window_count(p);
    const void *cotangent = operand(s, windows, 1, 4, i);
    const void *of_relu = i % 2 ? odd_operand(s, windows, 1, i + 1) : NULL;
    int32_t *positions = memory(windows * sizeof *positions);
    any_positions(p, i, positions);
    void *out = result(s, area), *sums = result(s, area);
    s->kernels->max_pool_gradient(p, cotangent, of_relu, positions, area, out);
    spread_over_plane(s, p, cotangent, of_relu, positions, area, sums);
    for (size_t j = 0; j < area; j++) {
      expect_near(number(s, out, (ptrdiff_t)j), number(s, sums, (ptrdiff_t)j), 0, "gradient", j);
    }
    release();
  }
}

static void check_average(const subject *s, bool gradient) {
  for (size_t kind = 0; kind < POOLINGS; kind++) {
    ptrdiff_t height;
    const bp_pooling *p = pooling(kind, &height);
    describe("average_pool%s, case %zu", gradient ? "_gradient" : "", kind);
    size_t n = (size_t)(height * p->width), windows = window_count(p);
    void *plane = operand(s, n, 1, 4, kind);
    void *out = gradient ? operand(s, windows, 1, 4, kind + 4) : result(s, windows);
    double *sums = memory(n * sizeof *sums);
    for (size_t i = 0; i < n; i++) sums[i] = number(s, plane, (ptrdiff_t)i);
    if (gradient) {
      s->kernels->average_pool_gradient(p, out, plane);
    } else {
      s->kernels->average_pool(p, plane, out);
    }
    for (size_t i = 0; i < windows; i++) {
      const bp_span *row = &p->rows[(ptrdiff_t)i / p->out_width];
      const bp_span *column = &p->columns[(ptrdiff_t)i % p->out_width];
      double sum = 0, divisor = (double)(row->divisor * column->divisor);
      double found = number(s, out, (ptrdiff_t)i);
      for (ptrdiff_t j = 0; j < row->count * column->count; j++) {
        ptrdiff_t at_j = place_in_window(p, row, column, j);
        if (gradient) {
          sums[at_j] += found / divisor;
        } else {
          sum += number(s, plane, at_j);
        }
      }
      if (!gradient) expect_near(found, sum / divisor, 64 * s->epsilon, "mean", i);
    }
    for (size_t i = 0; gradient && i < n; i++) {
      expect_near(number(s, plane, (ptrdiff_t)i), sums[i], 64 * s->epsilon, "gradient", i);
    }
    release();
  }
}

void test_average_pool(const subject *s) { check_average(s, false); }
void test_average_pool_gradient(const subject *s) { check_average(s, true); }

// MARK: Resizing

static const bp_tap taps_of_rows[] = {{0, 1, 0.25}, {2, 2, 0}};
static const bp_tap taps_of_columns[] = {
    {3, 3, 0}, {1, 2, 0.5}, {0, 1, 0.875}, {4, 5, 0.125}, {5, 5, 0}};

// By which part of the plane's number (y, x) a result is made.
static double part(const bp_resizing *r, const bp_tap *row, const bp_tap *column, ptrdiff_t y,
                   ptrdiff_t x) {
  if (!r->blends) return y == row->first && x == column->first;
  double of_row = (y == row->first) * (1 - row->weight) + (y == row->second) * row->weight;
  return of_row *
         ((x == column->first) * (1 - column->weight) + (x == column->second) * column->weight);
}

static void check_resizing(const subject *s, bool gradient) {
  enum { ROWS = 3, COLUMNS = 6, OUT = COUNT(taps_of_rows) * COUNT(taps_of_columns) };
  for (int blends = 0; blends < 2; blends++) {
    describe("resize%s%s", gradient ? "_gradient" : "", blends ? ", blends" : "");
    bp_resizing r = {COLUMNS, COUNT(taps_of_rows), COUNT(taps_of_columns), taps_of_rows,
                     taps_of_columns, blends};
    void *plane = operand(s, ROWS * COLUMNS, 1, 4, 1), *out = operand(s, OUT, 1, 4, 9);
    double sums[ROWS * COLUMNS];
    for (ptrdiff_t i = 0; i < ROWS * COLUMNS; i++) sums[i] = number(s, plane, i);
    if (gradient) {
      s->kernels->resize_gradient(&r, out, plane);
    } else {
      s->kernels->resize(&r, plane, out);
    }
    for (ptrdiff_t i = 0; i < OUT; i++) {
      double value = 0, found = number(s, out, i);
      for (ptrdiff_t j = 0; j < ROWS * COLUMNS; j++) {
        double factor = part(&r, &taps_of_rows[i / r.out_width], &taps_of_columns[i % r.out_width],
                             j / COLUMNS, j % COLUMNS);
        if (gradient) {
          sums[j] += factor * found;
        } else {
          value += factor * number(s, plane, j);
        }
      }
      if (!gradient) expect_near(found, value, 8 * s->epsilon, "number", (size_t)i);
    }
    for (ptrdiff_t i = 0; gradient && i < ROWS * COLUMNS; i++) {
      expect_near(number(s, plane, i), sums[i], 32 * s->epsilon, "gradient", (size_t)i);
    }
    release();
  }
}

void test_resize(const subject *s) {
  check_resizing(s, false);
  // A row next to what is not a number is itself where it has the whole weight.
  static const bp_tap tap[] = {{0, 1, 0}};
  bp_resizing r = {2, 1, 1, tap, tap, true};
  void *plane = operand(s, 4, 1, 4, 1), *out = result(s, 1);
  put(s, plane, 2, NAN);
  put(s, plane, 3, NAN);
  s->kernels->resize(&r, plane, out);
  expect_near(number(s, out, 0), number(s, plane, 0), 0, "beside NaN", 0);
}

void test_resize_gradient(const subject *s) { check_resizing(s, true); }
