// What slides over planes: columns of convolutions, pooling, and planes in other sizes.
#include "check.h"

// Windows with a stride, dilation and padding of their own along each axis; some lie beside the
// plane, or leave numbers out.
static const bp_windows cases[] = {
    {6, 7, 3, 2, 4, 6, 1, 1, 1, 1, 0, 0},    {1, 40, 1, 5, 1, 40, 1, 1, 1, 1, 0, 2},
    {9, 8, 2, 3, 5, 3, 2, 3, 1, 1, 1, 2},    {5, 35, 3, 3, 5, 32, 1, 1, 2, 4, 2, 3},
    {12, 13, 3, 3, 12, 13, 1, 1, 1, 1, 1, 1}, {3, 4, 2, 2, 7, 6, 1, 2, 1, 1, 3, 5},
    {4, 9, 1, 1, 2, 2, 2, 5, 1, 1, 0, -1},   {9, 40, 3, 3, 5, 20, 2, 2, 1, 1, 1, 1},
};
enum { CHANNELS = 2, RANGES = 3 };

// All windows, one row of them, and a part of a row.
static bp_window_range range_of(const bp_windows *w, size_t kind) {
  if (kind == 0) return (bp_window_range){0, w->out_height, 0, w->out_width};
  if (kind == 1) return (bp_window_range){w->out_height / 2, 1, 0, w->out_width};
  return (bp_window_range){w->out_height - 1, 1, w->out_width / 2, w->out_width - w->out_width / 2};
}

// Where in the planes number i of the columns lies, -1 outside.
static ptrdiff_t place(const bp_windows *w, const bp_window_range *range, ptrdiff_t i) {
  ptrdiff_t column = i % range->columns, row = i / range->columns % range->rows;
  ptrdiff_t element = i / range->columns / range->rows;
  ptrdiff_t kernel_column = element % w->kernel_width;
  ptrdiff_t kernel_row = element / w->kernel_width % w->kernel_height;
  ptrdiff_t channel = element / w->kernel_width / w->kernel_height;
  ptrdiff_t y = (range->row + row) * w->stride_height + kernel_row * w->dilation_height - w->top;
  ptrdiff_t x =
      (range->column + column) * w->stride_width + kernel_column * w->dilation_width - w->left;
  bool is_inside = y >= 0 && y < w->height && x >= 0 && x < w->width;
  return is_inside ? (channel * w->height + y) * w->width + x : -1;
}

static void check_columns(const subject *s, bool adds) {
  for (size_t i = 0; i < COUNT(cases) * RANGES; i++) {
    const bp_windows *w = &cases[i / RANGES];
    bp_window_range range = range_of(w, i % RANGES);
    describe("%s, case %zu, range %zu", adds ? "col2im" : "im2col", i / RANGES, i % RANGES);
    size_t n = (size_t)(CHANNELS * w->height * w->width);
    size_t count =
        (size_t)(CHANNELS * w->kernel_height * w->kernel_width * range.rows * range.columns);
    void *image = operand(s, n, 1, 4, i), *columns = operand(s, count, 1, 4, i + 3);
    void *sums = copy_of(s, n, image);
    if (adds) {
      s->kernels->col2im(w, CHANNELS, &range, columns, image);
    } else {
      s->kernels->im2col(w, CHANNELS, &range, image, columns);
    }
    for (size_t j = 0; j < count; j++) {
      ptrdiff_t at_j = place(w, &range, (ptrdiff_t)j);
      double x = number(s, columns, (ptrdiff_t)j);
      if (!adds) {
        expect_near(x, at_j < 0 ? 0 : number(s, image, at_j), 0, "number", j);
      } else if (at_j >= 0) {
        put(s, sums, at_j, number(s, sums, at_j) + x);
      }
    }
    if (adds) expect_same(s, n, image, sums, "sum");
    release();
  }
}

void test_im2col(const subject *s) { check_columns(s, false); }
void test_col2im(const subject *s) { check_columns(s, true); }

// MARK: Pooling

static const bp_span short_spans[] = {{0, 2, 3}, {1, 3, 3}, {6, 1, 2}, {9, 0, 1}};
static const bp_span long_spans[] = {{0, 20, 20}, {2, 17, 4}};
// How long windows are that lie evenly, and how far apart.
static const ptrdiff_t even_windows[][2] = {{2, 2}, {3, 2}, {3, 1}, {2, 3}};
enum { HEIGHT = 7, WIDTH = 40, IRREGULAR = 4, POOLINGS = IRREGULAR + COUNT(even_windows) };

// Windows along an axis; `count` becomes how many there are.
static const bp_span *even_spans(const ptrdiff_t *window, ptrdiff_t length, ptrdiff_t *count) {
  *count = (length - window[0]) / window[1] + 1;
  bp_span *spans = memory((size_t)*count * sizeof *spans);
  for (ptrdiff_t i = 0; i < *count; i++) spans[i] = (bp_span){i * window[1], window[0], window[0]};
  return spans;
}

static bp_pooling pooling(size_t kind) {
  bp_pooling p = {.width = WIDTH, .rows = short_spans, .columns = long_spans,
                  .out_height = COUNT(short_spans), .out_width = COUNT(long_spans),
                  .row_step = 1, .column_step = 1};
  if (kind == 0) p.columns = short_spans, p.out_width = COUNT(short_spans);
  if (kind == 1) p.column_step = 2;
  if (kind == 2) p.out_height = 1, p.row_step = 3;
  if (kind >= IRREGULAR) {
    p.rows = even_spans(even_windows[kind - IRREGULAR], HEIGHT, &p.out_height);
    p.columns = even_spans(even_windows[kind - IRREGULAR], WIDTH, &p.out_width);
  }
  return p;
}

static ptrdiff_t place_in_window(const bp_pooling *p, const bp_span *row, const bp_span *column,
                                 ptrdiff_t i) {
  ptrdiff_t y = row->start + i / column->count * p->row_step;
  return y * p->width + column->start + i % column->count * p->column_step;
}

typedef enum { LARGEST, MEAN, MEAN_GRADIENT } pooled;

static void check_pooling(const subject *s, pooled what) {
  for (size_t kind = 0; kind < POOLINGS * 2; kind++) {
    bp_pooling p = pooling(kind / 2);
    describe("pooling %d, case %zu", (int)what, kind);
    size_t n = HEIGHT * WIDTH, windows = (size_t)(p.out_height * p.out_width);
    // Odd numbers have equal ones and NaN.
    bool is_odd = what == LARGEST && kind % 2;
    void *plane = is_odd ? odd_operand(s, n, 1, kind) : operand(s, n, 1, 4, kind);
    void *out = what == MEAN_GRADIENT ? operand(s, windows, 1, 4, kind + 4) : result(s, windows);
    void *alone = result(s, windows);
    int32_t *positions = memory(windows * sizeof *positions);
    double *sums = memory(n * sizeof *sums);
    for (size_t i = 0; i < n; i++) sums[i] = number(s, plane, (ptrdiff_t)i);
    if (what == LARGEST) {
      s->kernels->max_pool(&p, plane, out, positions);
      s->kernels->max_pool(&p, plane, alone, NULL);
      expect_same(s, windows, alone, out, "without positions");
    } else if (what == MEAN) {
      s->kernels->average_pool(&p, plane, out);
    } else {
      s->kernels->average_pool_gradient(&p, out, plane);
    }
    for (size_t i = 0; i < windows; i++) {
      const bp_span *row = &p.rows[(ptrdiff_t)i / p.out_width];
      const bp_span *column = &p.columns[(ptrdiff_t)i % p.out_width];
      double largest = -INFINITY, sum = 0, divisor = (double)(row->divisor * column->divisor);
      double found = number(s, out, (ptrdiff_t)i);
      ptrdiff_t first = -1;
      for (ptrdiff_t j = 0; j < row->count * column->count; j++) {
        ptrdiff_t at_j = place_in_window(&p, row, column, j);
        if (what == MEAN_GRADIENT) {
          sums[at_j] += found / divisor;
          continue;
        }
        double x = number(s, plane, at_j);
        sum += x;
        if (isnan(x) || x > largest || first < 0) largest = x, first = at_j;
      }
      if (what == LARGEST) {
        expect(isnan(largest) ? isnan(found) : found == largest, "largest", i);
        expect(positions[i] == first, "position", i);
      } else if (what == MEAN) {
        expect_near(found, sum / divisor, 64 * s->epsilon, "mean", i);
      }
    }
    for (size_t i = 0; what == MEAN_GRADIENT && i < n; i++) {
      expect_near(number(s, plane, (ptrdiff_t)i), sums[i], 64 * s->epsilon, "gradient", i);
    }
    release();
  }
}

void test_max_pool(const subject *s) { check_pooling(s, LARGEST); }
void test_average_pool(const subject *s) { check_pooling(s, MEAN); }
void test_average_pool_gradient(const subject *s) { check_pooling(s, MEAN_GRADIENT); }

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
