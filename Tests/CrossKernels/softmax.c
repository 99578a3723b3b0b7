// Softmax, log-softmax and the cross-entropy, with their gradients.
#include "check.h"

static const size_t shapes[][2] = {{0, 3},  {1, 1},  {2, 3},   {3, 8}, {100, 10},
                                   {5, 16}, {4, 17}, {3, 100}, {65, 5}};

// One row by the definition.
typedef struct {
  double largest, sum;
} row_sum;

static row_sum sum_of(const subject *s, size_t columns, const void *row) {
  row_sum r = {-INFINITY, 0};
  for (size_t j = 0; j < columns; j++) r.largest = fmax(r.largest, number(s, row, (ptrdiff_t)j));
  for (size_t j = 0; j < columns; j++) r.sum += exp(number(s, row, (ptrdiff_t)j) - r.largest);
  return r;
}
static double logarithm(row_sum r, double x) { return x - r.largest - log(r.sum); }
static double probability(row_sum r, double x) { return exp(x - r.largest) / r.sum; }

typedef void rows_kernel(size_t rows, size_t columns, const void *a, void *out);

// Rows of which some numbers are far from others, or hidden.
static void check_extremes(const subject *s, rows_kernel *kernel, bool is_log) {
  double large = (s->scalar == BP_FLOAT32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023) / 2;
  const double rows[][3] = {{1000, 0, 0},         {-1000, -1000, -1000},   {large, -large, large},
                            {-INFINITY, 3, 1},    {-INFINITY, -INFINITY, -2000},
                            {-2, -INFINITY, -2000}};
  void *a = result(s, 3), *out = result(s, 3);
  for (size_t i = 0; i < COUNT(rows); i++) {
    describe("softmax of %g, %g, %g", rows[i][0], rows[i][1], rows[i][2]);
    for (size_t j = 0; j < 3; j++) put(s, a, (ptrdiff_t)j, rows[i][j]);
    kernel(1, 3, a, out);
    row_sum r = sum_of(s, 3, a);
    for (size_t j = 0; j < 3; j++) {
      double x = number(s, a, (ptrdiff_t)j);
      double exact = rounded(s, is_log ? logarithm(r, x) : probability(r, x));
      expect_near(number(s, out, (ptrdiff_t)j), exact, 4 * s->epsilon * fmax(fabs(exact), is_log),
                  "number", j);
    }
  }
  put(s, a, 1, NAN);
  kernel(1, 3, a, out);
  for (ptrdiff_t j = 0; j < 3; j++) expect(isnan(number(s, out, j)), "NaN is seen", (size_t)j);
  release();
}

static void check_rows(const subject *s, const char *name, rows_kernel *kernel, bool is_log) {
  for (size_t i = 0; i < COUNT(shapes); i++) {
    size_t rows = shapes[i][0], columns = shapes[i][1], n = rows * columns;
    describe("%s, %zu x %zu", name, rows, columns);
    const void *a = operand(s, n, 1, 4, i);
    void *out = result(s, n), *in_place = copy_of(s, n, a);
    kernel(rows, columns, a, out);
    for (size_t j = 0; j < n; j++) {
      row_sum r = sum_of(s, columns, at(s, a, (ptrdiff_t)(j / columns * columns)));
      double x = number(s, a, (ptrdiff_t)j);
      double exact = is_log ? logarithm(r, x) : probability(r, x);
      // A logarithm near 0 keeps the error of numbers near 1.
      double tolerance = is_log ? 8 * s->epsilon * fmax(1, -exact) : 16 * s->epsilon * exact;
      expect_near(number(s, out, (ptrdiff_t)j), exact, tolerance, "number", j);
    }
    kernel(rows, columns, in_place, in_place);
    expect_same(s, n, in_place, out, "in place");
    release();
  }
  check_extremes(s, kernel, is_log);
}

void test_softmax(const subject *s) { check_rows(s, "softmax", s->kernels->softmax, false); }
void test_log_softmax(const subject *s) {
  check_rows(s, "log_softmax", s->kernels->log_softmax, true);
}

// The Jacobians: dy_j / dx_k = y_j (d_jk - y_k), d log y_j / dx_k = d_jk - y_k.
static void check_gradient(const subject *s, bool is_log) {
  for (size_t i = 0; i < COUNT(shapes); i++) {
    size_t rows = shapes[i][0], columns = shapes[i][1], n = rows * columns;
    describe("gradient of %s, %zu x %zu", is_log ? "log_softmax" : "softmax", rows, columns);
    const void *a = operand(s, n, 1, 4, i), *g = operand(s, n, 1, 1, i + 5);
    void *y = result(s, n), *out = result(s, n);
    if (is_log) {
      s->kernels->log_softmax(rows, columns, a, y);
      s->kernels->log_softmax_gradient(rows, columns, g, y, out);
    } else {
      s->kernels->softmax(rows, columns, a, y);
      s->kernels->softmax_gradient(rows, columns, g, y, out);
    }
    for (size_t j = 0; j < n; j++) {
      ptrdiff_t start = (ptrdiff_t)(j / columns * columns);
      row_sum r = sum_of(s, columns, at(s, a, start));
      double sum = 0;
      for (ptrdiff_t k = start; k < start + (ptrdiff_t)columns; k++) {
        sum += number(s, g, k) * (is_log ? 1 : probability(r, number(s, a, k)));
      }
      double p = probability(r, number(s, a, (ptrdiff_t)j)), x = number(s, g, (ptrdiff_t)j);
      double exact = is_log ? x - p * sum : p * (x - sum);
      expect_near(number(s, out, (ptrdiff_t)j), exact, 32 * s->epsilon * (1 + is_log * fabs(sum)),
                  "number", j);
    }
    release();
  }
}

void test_softmax_gradient(const subject *s) { check_gradient(s, false); }
void test_log_softmax_gradient(const subject *s) { check_gradient(s, true); }

// Labels below `columns`; every fifth row has none.
static int32_t *some_labels(size_t rows, size_t columns, bool all) {
  int32_t *labels = memory(rows * sizeof *labels);
  for (size_t r = 0; r < rows; r++) {
    labels[r] = r % 5 == 4 && !all ? -1 : (int32_t)((r * 7 + 1) % columns);
  }
  return labels;
}

void test_cross_entropy(const subject *s) {
  for (size_t i = 0; i < COUNT(shapes); i++) {
    size_t rows = shapes[i][0], columns = shapes[i][1], n = rows * columns;
    describe("cross_entropy, %zu x %zu", rows, columns);
    const void *a = operand(s, n, 1, 4, i);
    const int32_t *labels = some_labels(rows, columns, true);
    void *losses = result(s, rows), *alone = result(s, rows);
    void *probabilities = result(s, n), *softmax = result(s, n);
    s->kernels->cross_entropy(rows, columns, a, labels, losses, probabilities);
    s->kernels->cross_entropy(rows, columns, a, labels, alone, NULL);
    s->kernels->softmax(rows, columns, a, softmax);
    expect_same(s, rows, alone, losses, "without probabilities");
    expect_same(s, n, probabilities, softmax, "the probabilities are softmax's");
    for (size_t r = 0; r < rows; r++) {
      const void *row = at(s, a, (ptrdiff_t)(r * columns));
      double loss = -logarithm(sum_of(s, columns, row), number(s, row, labels[r]));
      expect_near(number(s, losses, (ptrdiff_t)r), loss, 8 * s->epsilon * fmax(1, loss), "loss", r);
    }
    release();
  }
}

void test_cross_entropy_gradient(const subject *s) {
  for (size_t i = 0; i < 2 * COUNT(shapes); i++) {
    size_t rows = shapes[i / 2][0], columns = shapes[i / 2][1], n = rows * columns;
    ptrdiff_t stride = i % 2;
    describe("gradient of cross_entropy, %zu x %zu, stride %td", rows, columns, stride);
    const void *a = operand(s, n, 1, 4, i), *scale = operand(s, rows + 1, stride, 1, i + 6);
    const int32_t *labels = some_labels(rows, columns, true);
    void *p = result(s, n), *out = result(s, n);
    s->kernels->softmax(rows, columns, a, p);
    s->kernels->cross_entropy_gradient(rows, columns, p, labels, scale, stride, out);
    for (size_t j = 0; j < n; j++) {
      size_t r = j / columns;
      row_sum sum = sum_of(s, columns, at(s, a, (ptrdiff_t)(r * columns)));
      double exact = probability(sum, number(s, a, (ptrdiff_t)j)) -
                     ((size_t)labels[r] == j % columns);
      expect_near(number(s, out, (ptrdiff_t)j), exact * number(s, scale, (ptrdiff_t)r * stride),
                  32 * s->epsilon, "number", j);
    }
    release();
  }
}

// The loss and its gradient together: what they are by each class's part of the target.
static void check_weighted(const subject *s) {
  for (size_t i = 0; i < 4 * COUNT(shapes); i++) {
    size_t rows = shapes[i / 4][0], columns = shapes[i / 4][1], n = rows * columns;
    double smoothing = i & 1 ? 0.25 : 0, tolerance = 64 * s->epsilon;
    describe("weighted_cross_entropy, %zu x %zu, smoothing %g%s", rows, columns, smoothing,
             i & 2 ? ", weights" : "");
    const void *a = operand(s, n, 1, 4, i), *scale = operand(s, rows, 1, 1, i + 6);
    void *weights = i & 2 ? operand(s, columns, 1, 1, i + 8) : NULL;
    for (ptrdiff_t j = 0; weights && j < (ptrdiff_t)columns; j++) {
      put(s, weights, j, fabs(number(s, weights, j)));
    }
    const int32_t *labels = some_labels(rows, columns, false);
    void *losses = result(s, rows), *row_weights = result(s, rows), *p = result(s, n);
    void *out = result(s, n);
    s->kernels->weighted_cross_entropy(rows, columns, a, labels, weights, smoothing, losses,
                                       row_weights, p);
    s->kernels->weighted_cross_entropy_gradient(rows, columns, p, labels, weights, smoothing, scale, 1,
                                                out);
    for (size_t r = 0; r < rows; r++) {
      const void *row = at(s, a, (ptrdiff_t)(r * columns));
      row_sum sums = sum_of(s, columns, row);
      double loss = 0, sum = 0;
      // The gradient last, since it needs the sum of the targets.
      for (size_t j = 0; j < 2 * columns; j++) {
        ptrdiff_t c = (ptrdiff_t)(j % columns);
        double target = smoothing / (double)columns + (labels[r] == c ? 1 - smoothing : 0);
        target *= labels[r] < 0 ? 0 : weights ? number(s, weights, c) : 1;
        if (j < columns) {
          sum += target;
          loss -= target * logarithm(sums, number(s, row, c));
        } else {
          double exact = probability(sums, number(s, row, c)) * sum - target;
          expect_near(number(s, out, (ptrdiff_t)(r * columns) + c),
                      exact * number(s, scale, (ptrdiff_t)r), tolerance * fmax(1, sum), "gradient",
                      j - columns);
        }
      }
      expect_near(number(s, losses, (ptrdiff_t)r), loss, tolerance * fmax(1, loss), "loss", r);
      double weight = labels[r] < 0 ? 0 : weights ? number(s, weights, labels[r]) : 1;
      expect_near(number(s, row_weights, (ptrdiff_t)r), weight, 0, "weight of a row", r);
    }
    release();
  }
}

void test_weighted_cross_entropy(const subject *s) { check_weighted(s); }
void test_weighted_cross_entropy_gradient(const subject *s) { check_weighted(s); }
