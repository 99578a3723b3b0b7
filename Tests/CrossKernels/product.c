// The matrix product: every transpose, small and large shapes, padded rows, and any number of threads.
#include "check.h"

// One call: op(A) is m x k, op(B) is k x n; rows are some numbers longer than they need to be.
typedef struct {
  bool transpose_a, transpose_b;
  size_t m, n, k;
  size_t padding_a, padding_b, padding_c;
  bool accumulate, has_bias;
  bp_activation activation;
} product;

static size_t lda(const product *x) { return (x->transpose_a ? x->m : x->k) + x->padding_a; }
static size_t ldb(const product *x) { return (x->transpose_b ? x->k : x->n) + x->padding_b; }
static size_t ldc(const product *x) { return x->n + x->padding_c; }
// Where element (i, j) of op(A) and op(B) lies.
static ptrdiff_t in_a(const product *x, size_t i, size_t j) {
  return (ptrdiff_t)(x->transpose_a ? j * lda(x) + i : i * lda(x) + j);
}
static ptrdiff_t in_b(const product *x, size_t i, size_t j) {
  return (ptrdiff_t)(x->transpose_b ? j * ldb(x) + i : i * ldb(x) + j);
}
// How many numbers `rows` rows take; the last is as long as it needs to be.
static size_t length(size_t rows, size_t apart, size_t padding) {
  return rows && apart > padding ? rows * apart - padding : 0;
}
static size_t length_a(const product *x) {
  return length(x->transpose_a ? x->k : x->m, lda(x), x->padding_a);
}
static size_t length_b(const product *x) {
  return length(x->transpose_b ? x->n : x->k, ldb(x), x->padding_b);
}
static size_t length_c(const product *x) { return length(x->m, ldc(x), x->padding_c); }

static void run(const subject *s, const product *x, const void *a, const void *b, const void *bias,
                void *c) {
  s->kernels->product(x->transpose_a, x->transpose_b, x->m, x->n, x->k, a, lda(x), b, ldb(x), c,
                      ldc(x), x->accumulate, bias, x->activation);
}

static double activated(bp_activation activation, double x) {
  switch (activation) {
    case BP_RELU_ACTIVATION: return x < 0 ? 0 : x;
    case BP_SIGMOID_ACTIVATION: return logistic(x);
    case BP_TANH_ACTIVATION: return tanh(x);
    case BP_GELU_ACTIVATION: return x * erfc(-x / sqrt(2)) / 2;
    case BP_GELU_TANH_ACTIVATION:
      return x * logistic(2 * sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x));
    default: return x;
  }
}

// A sum of k rounded products is off by at most about k u sum |a b| (Higham, Accuracy and Stability of
// Numerical Algorithms, section 3.5), whatever its order; u is half the distance from 1 to the next
// number. The bound is twice that, since the sum compared with is rounded too.
static void check_element(const subject *s, const product *x, const void *a, const void *b,
                          const void *bias, const void *old, const void *c, size_t i, size_t j) {
  ptrdiff_t place = (ptrdiff_t)(i * ldc(x) + j);
  double sum = x->accumulate ? number(s, old, place) : bias ? number(s, bias, (ptrdiff_t)j) : 0;
  double size = fabs(sum);
  for (size_t p = 0; p < x->k; p++) {
    double term = number(s, a, in_a(x, i, p)) * number(s, b, in_b(x, p, j));
    sum += term;
    size += fabs(term);
  }
  // Slopes are at most 1, of gelu 1.13; the functions themselves may be off by some units of their own.
  if (x->activation >= BP_SIGMOID_ACTIVATION) size += 2;
  double tolerance = 2 * (double)(x->k + 2) * (s->epsilon / 2) * size;
  expect_near(number(s, c, place), activated(x->activation, sum), tolerance, "element", i * x->n + j);
}

static void check_whole_element(const subject *s, const product *x, const void *a, const void *b,
                                const void *bias, const void *old, const void *c, size_t i,
                                size_t j) {
  ptrdiff_t place = (ptrdiff_t)(i * ldc(x) + j);
  uint64_t sum = x->accumulate ? whole(s, old, place) : bias ? whole(s, bias, (ptrdiff_t)j) : 0;
  for (size_t p = 0; p < x->k; p++) sum += whole(s, a, in_a(x, i, p)) * whole(s, b, in_b(x, p, j));
  uint64_t expected;
  put_whole(s, &expected, 0, sum);
  expect_same(s, 1, at(s, c, place), &expected, "element");
}

// Compares `samples` elements, or all where there are no more.
static void check(const subject *s, product x, size_t samples, uint64_t *random) {
  if (!is_float(s)) x.activation = BP_IDENTITY_ACTIVATION;
  describe("product %zu x %zu x %zu%s%s, padding %zu %zu %zu%s%s, activation %d", x.m, x.k, x.n,
           x.transpose_a ? " ta" : "", x.transpose_b ? " tb" : "", x.padding_a, x.padding_b,
           x.padding_c, x.accumulate ? ", accumulates" : "", x.has_bias ? ", bias" : "",
           (int)x.activation);
  uint64_t seed = random_word(random) >> 40;
  const void *a = operand(s, length_a(&x), 1, 1, seed), *b = operand(s, length_b(&x), 1, 1, seed + 1);
  const void *bias = x.has_bias ? operand(s, x.n, 1, 1, seed + 2) : NULL;
  const void *old = operand(s, length_c(&x), 1, 1, seed + 3);
  void *c = copy_of(s, length_c(&x), old);
  run(s, &x, a, b, bias, c);
  size_t all = x.m * x.n;
  for (size_t sample = 0; sample < (all < samples ? all : samples); sample++) {
    size_t element = all <= samples ? sample : random_below(random, all);
    (is_float(s) ? check_element : check_whole_element)(s, &x, a, b, bias, old, c, element / x.n,
                                                        element % x.n);
  }
  // What lies between the rows stays.
  for (size_t i = 0; i + 1 < x.m && x.n > 0; i++) {
    ptrdiff_t place = (ptrdiff_t)(i * ldc(&x) + x.n);
    expect_same(s, x.padding_c, at(s, c, place), at(s, old, place), "behind a row");
  }
  if (all == 0) expect_same(s, length_c(&x), c, old, "nothing is written");
  release();
}

// All that is not a shape, at random.
static product some(size_t m, size_t n, size_t k, uint64_t *random) {
  product x = {.m = m, .n = n, .k = k};
  size_t bits = random_below(random, 4);
  x.transpose_a = bits & 1;
  x.transpose_b = bits & 2;
  x.padding_a = random_below(random, 2) * random_below(random, 4);
  x.padding_b = random_below(random, 2) * random_below(random, 6);
  x.padding_c = random_below(random, 2) * random_below(random, 4);
  x.accumulate = random_below(random, 3) == 0;
  x.has_bias = !x.accumulate && random_below(random, 2);
  if (!x.accumulate) x.activation = (bp_activation)random_below(random, 6);
  return x;
}

static void check_all_transposes(const subject *s, size_t m, size_t n, size_t k, size_t samples,
                                 uint64_t *random) {
  for (int transposes = 0; transposes < 4; transposes++) {
    product x = some(m, n, k, random);
    x.transpose_a = transposes & 1;
    x.transpose_b = transposes & 2;
    check(s, x, samples, random);
  }
}

// What is not finite comes out as IEEE arithmetic has it, on every path.
static void check_infinities(const subject *s) {
  static const size_t shapes[][3] = {{1, 20, 30},  {20, 1, 30},   {2, 20, 30},
                                     {13, 33, 30}, {60, 70, 300}, {40, 18, 90}};
  for (size_t i = 0; i < COUNT(shapes) * 4; i++) {
    product x = {.m = shapes[i / 4][0], .n = shapes[i / 4][1], .k = shapes[i / 4][2],
                 .transpose_a = i & 1, .transpose_b = i & 2, .activation = BP_RELU_ACTIVATION};
    describe("product %zu x %zu x %zu of what is not finite, transposes %zu", x.m, x.k, x.n, i % 4);
    void *a = result(s, length_a(&x)), *b = result(s, length_b(&x)), *c = result(s, length_c(&x));
    for (size_t j = 0; j < length_a(&x); j++) put(s, a, (ptrdiff_t)j, 1);
    for (size_t j = 0; j < length_b(&x); j++) put(s, b, (ptrdiff_t)j, 1);
    for (int is_nan = 0; is_nan < 2; is_nan++) {
      put(s, a, in_a(&x, x.m - 1, x.k - 1), is_nan ? NAN : -INFINITY);
      run(s, &x, a, b, NULL, c);
      for (size_t j = 0; j < x.n; j++) {
        double last = number(s, c, (ptrdiff_t)((x.m - 1) * x.n + j));
        expect(is_nan ? isnan(last) : last == 0, "the last row", j);
        if (x.m > 1) expect(number(s, c, (ptrdiff_t)j) == (double)x.k, "the first row", j);
      }
    }
    release();
  }
}

// The same bits on any number of threads.
static void check_threads(const subject *s, uint64_t *random) {
  static const size_t shapes[][3] = {{64, 64, 64},    {100, 300, 50},  {1, 100, 3000}, {3000, 100, 1},
                                     {2, 300, 900},   {150, 600, 130}, {403, 280, 260}, {500, 70, 20},
                                     {20, 300, 600}};
  static const size_t threads[] = {1, 2, 7};
  for (size_t i = 0; i < COUNT(shapes) * 2; i++) {
    // None or both transposed, and one or the other.
    bool left = i & 1, right = i / 2 % 2 ? !left : left;
    product x = {.m = shapes[i / 2][0], .k = shapes[i / 2][1], .n = shapes[i / 2][2],
                 .transpose_a = left, .transpose_b = right, .has_bias = true,
                 .activation = BP_TANH_ACTIVATION};
    uint64_t seed = random_word(random) >> 40;
    const void *a = operand(s, length_a(&x), 1, 1, seed);
    const void *b = operand(s, length_b(&x), 1, 1, seed + 1);
    const void *bias = operand(s, x.n, 1, 1, seed + 2);
    void *alone = result(s, length_c(&x)), *together = result(s, length_c(&x));
    for (size_t t = 0; t < COUNT(threads); t++) {
      describe("product %zu x %zu x %zu%s%s on %zu threads", x.m, x.k, x.n, left ? " ta" : "",
               right ? " tb" : "", threads[t]);
      bp_set_thread_count(threads[t]);
      run(s, &x, a, b, bias, t == 0 ? alone : together);
      if (t > 0) {
        expect(memcmp(alone, together, length_c(&x) * s->size) == 0, "the bits of one thread", t);
      }
    }
    bp_set_thread_count(1);
    release();
  }
}

void test_product(const subject *s) {
  uint64_t random = 10;
  bp_set_thread_count(1);
  // Every odd size, and each small shape with all transposes.
  for (size_t m = 1; m <= 40; m++) {
    for (size_t n = 1; n <= 40; n++) {
      if (m <= 9 && n <= 9) {
        static const size_t depths[] = {1, 2, 5, 9};
        check_all_transposes(s, m, n, depths[(m + n) % COUNT(depths)], 100, &random);
      } else {
        check(s, some(m, n, 1 + random_below(&random, 40), &random), 60, &random);
      }
    }
  }
  // Without a k the sum is zero; without rows or columns nothing is written.
  static const size_t empty[][3] = {{3, 5, 0}, {0, 5, 3}, {5, 0, 3}, {0, 0, 3}};
  for (size_t i = 0; i < COUNT(empty) * 8; i++) {
    check(s, some(empty[i / 8][0], empty[i / 8][1], empty[i / 8][2], &random), 100, &random);
  }
  if (!is_float(s)) return;

  // Around the sizes of tiles, vectors, blocks and thresholds.
  static const size_t rows[] = {1, 2, 3, 4, 6, 7, 11, 12, 13, 24, 25, 47, 48, 49, 100, 191, 193};
  static const size_t columns[] = {1,  2,  7,  8,  9,  15,  16,  17,  31,
                                   32, 33, 47, 63, 65, 127, 128, 129, 257};
  static const size_t depths[] = {1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 255, 256, 257, 513};
  for (int i = 0; i < 400; i++) {
    size_t m = rows[random_below(&random, COUNT(rows))];
    size_t n = columns[random_below(&random, COUNT(columns))];
    size_t k = depths[random_below(&random, COUNT(depths))];
    if (m * k > 20000 || n * k > 20000) k %= 40;
    check(s, some(m, n, k, &random), 12, &random);
  }
  // A few columns more than whole vectors hold, which are summed along k or m instead.
  static const size_t ragged[] = {9, 10, 17, 18, 19, 20, 21, 33, 50, 68};
  static const size_t long_sides[][2] = {{15, 64}, {16, 63},  {16, 64},
                                         {23, 97}, {70, 129}, {131, 64}};
  for (size_t i = 0; i < COUNT(ragged) * COUNT(long_sides); i++) {
    const size_t *sides = long_sides[i / COUNT(ragged)];
    check_all_transposes(s, sides[0], ragged[i % COUNT(ragged)], sides[1], 40, &random);
  }
  // One row or column, several blocks of k, and so many rows that B is packed.
  static const size_t large[][3] = {{1, 1100, 70}, {1100, 1, 70}, {2, 300, 33},   {1, 1, 900},
                                    {3, 200, 10},  {97, 389, 700}, {603, 261, 259}};
  for (size_t i = 0; i < COUNT(large); i++) {
    check_all_transposes(s, large[i][0], large[i][1], large[i][2], 60, &random);
  }
  // B packed since it is large, and A too: from 4 MiB on. An emulator takes seconds for these.
  size_t deep = ((size_t)4 << 20) / s->size / 600;
  for (int transposes = 0; transposes < 2; transposes++) {
    product x = some(49, 1031, 1041, &random), y = some(611, 131, deep, &random);
    x.transpose_a = y.transpose_a = y.transpose_b = transposes;
    x.transpose_b = !transposes;
    check(s, x, 60, &random);
    check(s, y, 60, &random);
  }
  check_infinities(s);
  check_threads(s, &random);
}

// MARK: Packed matrices

static void *packed(const subject *s, const product *x, const void *b) {
  void *panels = result(s, s->kernels->packed_count(x->n, x->k));
  s->kernels->pack(x->transpose_b, x->n, x->k, b, ldb(x), panels);
  return panels;
}

// Rows first ..< first + m of A.
static void run_packed(const subject *s, const product *x, size_t first, size_t m, const void *a,
                       const void *panels, const void *bias, void *c) {
  s->kernels->packed_product(m, x->n, x->k, at(s, a, (ptrdiff_t)(first * lda(x))), lda(x), panels, c,
                             ldc(x), bias, x->activation);
}

static void check_packed(const subject *s, product x, size_t samples, uint64_t *random) {
  x.transpose_a = x.accumulate = false;
  describe("packed product %zu x %zu x %zu%s, padding %zu %zu %zu%s, activation %d", x.m, x.k, x.n,
           x.transpose_b ? " tb" : "", x.padding_a, x.padding_b, x.padding_c, x.has_bias ? ", bias" : "",
           (int)x.activation);
  uint64_t seed = random_word(random) >> 40;
  const void *a = operand(s, length_a(&x), 1, 1, seed), *b = operand(s, length_b(&x), 1, 1, seed + 1);
  const void *bias = x.has_bias ? operand(s, x.n, 1, 1, seed + 2) : NULL;
  const void *old = operand(s, length_c(&x), 1, 1, seed + 3), *panels = packed(s, &x, b);
  void *c = copy_of(s, length_c(&x), old);
  run_packed(s, &x, 0, x.m, a, panels, bias, c);
  size_t all = x.m * x.n;
  for (size_t sample = 0; sample < (all < samples ? all : samples); sample++) {
    size_t element = all <= samples ? sample : random_below(random, all);
    check_element(s, &x, a, b, bias, old, c, element / x.n, element % x.n);
  }
  for (size_t i = 0; i + 1 < x.m && x.n > 0; i++) {
    ptrdiff_t place = (ptrdiff_t)(i * ldc(&x) + x.n);
    expect_same(s, x.padding_c, at(s, c, place), at(s, old, place), "behind a row");
  }
  release();
}

// A row has the same bits alone, among others, and on any number of threads.
static void check_packed_rows(const subject *s, uint64_t *random) {
  static const size_t shapes[][3] = {{40, 70, 90}, {29, 384, 64}, {130, 100, 1300}, {270, 35, 600}};
  static const size_t heights[] = {1, 2, 5, 13, 100};
  static const size_t threads[] = {1, 2, 7};
  for (size_t i = 0; i < COUNT(shapes) * COUNT(threads); i++) {
    product x = {.m = shapes[i / 3][0], .n = shapes[i / 3][1], .k = shapes[i / 3][2],
                 .transpose_b = i & 1, .has_bias = true, .activation = BP_GELU_ACTIVATION};
    uint64_t seed = random_word(random) >> 40;
    const void *a = operand(s, length_a(&x), 1, 1, seed);
    const void *b = operand(s, length_b(&x), 1, 1, seed + 1);
    const void *bias = operand(s, x.n, 1, 1, seed + 2);
    void *together = result(s, length_c(&x)), *apart = result(s, length_c(&x));
    bp_set_thread_count(threads[i % 3]);
    const void *panels = packed(s, &x, b);
    run_packed(s, &x, 0, x.m, a, panels, bias, together);
    for (size_t h = 0; h < COUNT(heights); h++) {
      describe("packed product %zu x %zu x %zu, %zu rows at a time, %zu threads", x.m, x.k, x.n,
               heights[h], threads[i % 3]);
      bp_set_thread_count(threads[(i + h) % 3]);
      for (size_t first = 0, rows; first < x.m; first += rows) {
        rows = x.m - first < heights[h] ? x.m - first : heights[h];
        run_packed(s, &x, first, rows, a, panels, bias, at(s, apart, (ptrdiff_t)(first * x.n)));
      }
      expect(memcmp(together, apart, length_c(&x) * s->size) == 0, "the bits of all rows at once", h);
    }
    bp_set_thread_count(1);
    release();
  }
}

void test_packed_count(const subject *s) {
  for (size_t n = 0; n < 70; n++) {
    size_t count = s->kernels->packed_count(n, 3);
    expect(count >= 3 * n && count % 3 == 0, "room for all columns", n);
  }
}

// The panels hold each number of B once, and zeros.
void test_pack(const subject *s) {
  bp_set_thread_count(1);
  for (size_t n = 1; n < 70; n += 3) {
    product x = {.n = n, .k = 5, .transpose_b = n & 1, .padding_b = n % 4};
    describe("pack 5 x %zu", n);
    void *b = result(s, length_b(&x));
    for (size_t j = 0; j < length_b(&x); j++) put(s, b, (ptrdiff_t)j, -1);
    for (size_t p = 0; p < x.k; p++) {
      for (size_t j = 0; j < n; j++) put(s, b, in_b(&x, p, j), (double)(p * n + j + 1));
    }
    const void *panels = packed(s, &x, b);
    size_t count = s->kernels->packed_count(n, x.k), zeros = 0, seen[5 * 70] = {0};
    for (size_t i = 0; i < count; i++) {
      double value = number(s, panels, (ptrdiff_t)i);
      if (value == 0) zeros++;
      else if (value > 0 && value <= (double)(5 * n)) seen[(size_t)value - 1]++;
    }
    for (size_t i = 0; i < 5 * n; i++) expect(seen[i] == 1, "a number of B once", i);
    expect(zeros == count - 5 * n, "zeros behind the last column", n);
    release();
  }
}

void test_packed_product(const subject *s) {
  uint64_t random = 20;
  bp_set_thread_count(1);
  for (size_t m = 1; m <= 30; m++) {
    for (size_t n = 1; n <= 40; n += 3) {
      check_packed(s, some(m, n, 1 + random_below(&random, 40), &random), 60, &random);
    }
  }
  static const size_t shapes[][3] = {{3, 5, 0},     {0, 5, 3},     {5, 0, 3},     {1, 300, 513},
                                     {13, 97, 700}, {49, 33, 1100}, {300, 130, 70}, {270, 65, 1040}};
  for (size_t i = 0; i < COUNT(shapes) * 2; i++) {
    product x = some(shapes[i / 2][0], shapes[i / 2][1], shapes[i / 2][2], &random);
    x.transpose_b = i & 1;
    check_packed(s, x, 60, &random);
  }
  check_packed_rows(s, &random);
}
