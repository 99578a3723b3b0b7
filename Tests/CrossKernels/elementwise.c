// Functions of one to three numbers: every operation, stride and length, in place, and in the limits.
#include "references.h"

static const ptrdiff_t strides[] = {0, 1, 2, -1, 3};

// Inputs in whose neighbourhood functions turn, as numbers of both types.
static const double special[] = {
    0,     -0.0,  1,    -1,    0.5,  -0.5,  2.5,   -2.5,       1.5,      -1.5,       3,        -3,
    1000,  -1000, 40,   -40,   7,    -7,    0x1p90, -0x1p90,   INFINITY, -INFINITY,  NAN,      8,
    0.25,  2.75,  -2.75, 0x1p-120, -0x1p-120, 1 + 0x1p-20, 1 - 0x1p-20,
};

// Whether the type has the loop that there is a reference for, and none besides.
static void expect_loop(const subject *s, bool has_loop, bool has_reference, size_t op) {
  // Of whole types, not all have all.
  bool needs_loop = has_reference && is_float(s);
  expect(has_loop ? has_reference : !needs_loop, "a loop and its reference", op);
}

static void check_unary_reference(const subject *s, bp_unary op, size_t n, const void *a,
                                  ptrdiff_t stride, const void *out) {
  if (is_float(s)) {
    const unary_reference *r = &unary_references[op];
    for (size_t i = 0; i < n; i++) {
      double exact = r->value(number(s, a, (ptrdiff_t)i * stride));
      expect_ulps(s, number(s, out, (ptrdiff_t)i), exact, r->bound, r->name, i);
    }
  } else {
    void *expected = result(s, n);
    for (size_t i = 0; i < n; i++) {
      int64_t x = (int64_t)whole(s, a, (ptrdiff_t)i * stride);
      put_whole(s, expected, (ptrdiff_t)i, whole_unary_references[op](x, s->scalar == BP_BOOL));
    }
    expect_same(s, n, out, expected, "a whole number");
  }
}

void test_unary(const subject *s) {
  for (bp_unary op = 0; op < BP_UNARY_COUNT; op++) {
    bool has_loop = s->kernels->unary_loops[op] != NULL;
    describe("unary %d", (int)op);
    expect_loop(s, has_loop,
                is_float(s) ? unary_references[op].value != NULL : whole_unary_references[op] != NULL,
                op);
    if (!has_loop) continue;
    for (size_t i = 0; i < COUNT(strides) * COUNT(sizes); i++) {
      ptrdiff_t stride = strides[i % COUNT(strides)];
      size_t n = sizes[i / COUNT(strides)];
      describe("unary %d, n %zu, stride %td", (int)op, n, stride);
      const void *a = operand(s, n, stride, 4, i + 1);
      void *out = result(s, n), *in_place = stride == 1 ? copy_of(s, n, a) : NULL;
      s->kernels->unary(op, n, a, stride, out);
      check_unary_reference(s, op, n, a, stride, out);
      if (in_place) {
        s->kernels->unary(op, n, in_place, 1, in_place);
        expect_same(s, n, in_place, out, "in place");
        s->kernels->unary_loops[op](n, a, in_place);
        expect_same(s, n, in_place, out, "the loop alone");
      }
      release();
    }
    if (!is_float(s)) continue;
    describe("unary %d in its limits", (int)op);
    for (size_t i = 0; i < COUNT(special); i++) {
      // In every lane of a vector and in a tail.
      size_t n = 17;
      void *a = result(s, n), *out = result(s, n);
      for (size_t j = 0; j < n; j++) put(s, a, (ptrdiff_t)j, special[i]);
      s->kernels->unary(op, n, a, 1, out);
      check_unary_reference(s, op, n, a, 1, out);
      release();
    }
  }
  if (is_float(s)) check_unary_accuracy(s);
}

static void check_binary_reference(const subject *s, bp_binary op, size_t n, const void *a,
                                   ptrdiff_t sa, const void *b, ptrdiff_t sb, const void *out) {
  if (is_float(s)) {
    const binary_reference *r = &binary_references[op];
    for (size_t i = 0; i < n; i++) {
      double x = number(s, a, (ptrdiff_t)i * sa), y = number(s, b, (ptrdiff_t)i * sb);
      double exact = r->value(x, y), found = number(s, out, (ptrdiff_t)i);
      if (r->counts_beside_x) {
        expect_near(found, exact, r->bound * ulp(s, fmax(fabs(x), fabs(exact))), r->name, i);
      } else {
        expect_ulps(s, found, exact, r->bound, r->name, i);
      }
    }
  } else {
    void *expected = result(s, n);
    for (size_t i = 0; i < n; i++) {
      int64_t x = (int64_t)whole(s, a, (ptrdiff_t)i * sa);
      int64_t y = (int64_t)whole(s, b, (ptrdiff_t)i * sb);
      put_whole(s, expected, (ptrdiff_t)i, whole_binary_references[op](x, y, (int)s->size * 8));
    }
    expect_same(s, n, out, expected, "a whole number");
  }
}

// Against C's pow, elementwise and with one exponent for all.
static void check_powers(const subject *s) {
  static const double bases[] = {0,    -0.0, 1,      -1,       2,         -2,  0.5,       -0.5,   3,
                                 -3,   10,   0x1p-99, -0x1p99, INFINITY, -INFINITY, NAN, 0x1p-126};
  static const double exponents[] = {0,   -0.0, 1,    -1,   2,   -2,    3,        -3,        4,  5,
                                     0.5, -0.5, 1.5,  0.25, 17,  100,   -101,     0x1p99,    INFINITY,
                                     -INFINITY, NAN};
  for (size_t e = 0; e < COUNT(exponents); e++) {
    for (ptrdiff_t stride = 0; stride < 2; stride++) {
      size_t n = COUNT(bases);
      void *a = result(s, n), *b = result(s, stride ? n : 1), *out = result(s, n);
      for (size_t i = 0; i < n; i++) put(s, a, (ptrdiff_t)i, bases[i]);
      for (size_t i = 0; i < (stride ? n : 1); i++) put(s, b, (ptrdiff_t)i, exponents[e]);
      describe("power %g", exponents[e]);
      s->kernels->binary(BP_POWER, n, a, 1, b, stride, out);
      for (size_t i = 0; i < n; i++) {
        expect_ulps(s, number(s, out, (ptrdiff_t)i), pow(bases[i], exponents[e]), 1.5, "power", i);
      }
      release();
    }
  }
}

// A gradient in the limits is the slope's limit; quotients and remainders round down.
static void check_binary_limits(const subject *s) {
  static const bp_binary gradients[] = {BP_GELU_GRADIENT, BP_GELU_TANH_GRADIENT, BP_SILU_GRADIENT,
                                        BP_MISH_GRADIENT, BP_HARD_SWISH_GRADIENT};
  double most = s->scalar == BP_FLOAT32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
  const double inputs[] = {INFINITY, most, 1000, -1000, -most, -INFINITY, NAN};
  size_t n = COUNT(inputs);
  void *one = result(s, 1), *a = result(s, n), *out = result(s, n);
  put(s, one, 0, 1);
  for (size_t i = 0; i < n; i++) put(s, a, (ptrdiff_t)i, inputs[i]);
  for (size_t op = 0; op < COUNT(gradients); op++) {
    describe("slope %d in its limits", (int)gradients[op]);
    s->kernels->binary(gradients[op], n, one, 0, a, 1, out);
    for (size_t i = 0; i + 1 < n; i++) {
      expect_near(number(s, out, (ptrdiff_t)i), inputs[i] > 0 ? 1 : 0, 0, "slope", i);
    }
    expect(isnan(number(s, out, (ptrdiff_t)n - 1)), "the slope of NaN", n - 1);
  }
  static const double divisions[][4] = {{7, 3, 2, 1},         {-7, 3, -3, 2}, {7, -3, -3, -2},
                                        {-7, -3, 2, -1},      {6, 3, 2, 0},   {1, INFINITY, 0, 1},
                                        {5, 0, INFINITY, NAN}};
  void *x = result(s, 1), *y = result(s, 1);
  for (size_t i = 0; i < COUNT(divisions); i++) {
    const double *row = divisions[i];
    describe("%g by %g", row[0], row[1]);
    put(s, x, 0, row[0]);
    put(s, y, 0, row[1]);
    s->kernels->binary(BP_FLOOR_DIVIDE, 1, x, 1, y, 1, out);
    expect_ulps(s, number(s, out, 0), row[2], 0, "quotient", i);
    s->kernels->binary(BP_REMAINDER, 1, x, 1, y, 1, out);
    expect_ulps(s, number(s, out, 0), row[3], 0, "remainder", i);
  }
  // The limit of t log t.
  put(s, x, 0, 0);
  put(s, y, 0, -INFINITY);
  s->kernels->binary(BP_WEIGHTED_LOGARITHM, 1, x, 1, y, 1, out);
  expect_ulps(s, number(s, out, 0), 0, 0, "0 log 0", 0);
  release();
}

void test_binary(const subject *s) {
  static const ptrdiff_t pairs[][2] = {{1, 1}, {1, 0},  {0, 1}, {0, 0},
                                       {2, 1}, {1, -1}, {3, 0}, {-1, 2}};
  for (bp_binary op = 0; op < BP_BINARY_COUNT; op++) {
    bool has_loop = s->kernels->binary_loops[op] != NULL;
    describe("binary %d", (int)op);
    expect_loop(
        s, has_loop,
        is_float(s) ? binary_references[op].value != NULL : whole_binary_references[op] != NULL, op);
    if (!has_loop) continue;
    for (size_t i = 0; i < COUNT(pairs) * COUNT(sizes); i++) {
      ptrdiff_t sa = pairs[i % COUNT(pairs)][0], sb = pairs[i % COUNT(pairs)][1];
      size_t n = sizes[i / COUNT(pairs)];
      describe("binary %d, n %zu, strides %td and %td", (int)op, n, sa, sb);
      const void *a = operand(s, n, sa, 4, i + 1);
      void *b = operand(s, n, sb, 3, i + 7), *out = result(s, n);
      if (!is_float(s) && op == BP_POWER) {
        // Exponents are not negative.
        for (size_t j = 0; j < n; j++) {
          ptrdiff_t place = (ptrdiff_t)j * sb;
          put_whole(s, b, place, whole(s, b, place) & 63);
        }
      }
      s->kernels->binary(op, n, a, sa, b, sb, out);
      check_binary_reference(s, op, n, a, sa, b, sb, out);
      if (sa == 1 && sb == 1) {
        void *left = copy_of(s, n, a), *right = copy_of(s, n, b);
        s->kernels->binary(op, n, left, 1, b, 1, left);
        s->kernels->binary(op, n, a, 1, right, 1, right);
        expect_same(s, n, left, out, "in place of the left");
        expect_same(s, n, right, out, "in place of the right");
        s->kernels->binary_loops[op](n, a, b, left);
        expect_same(s, n, left, out, "the loop alone");
      }
      release();
    }
  }
  if (!is_float(s)) return;
  check_powers(s);
  check_binary_limits(s);
}

void test_compare(const subject *s) {
  static const ptrdiff_t pairs[][2] = {{1, 1}, {1, 0}, {0, 1}, {2, -1}, {0, 3}};
#define X(NAME, name, operator) [BP_##NAME] = #operator,
  static const char *const operators[] = {BP_COMPARISONS(X)};
#undef X
  for (bp_comparison op = 0; op < BP_COMPARISON_COUNT; op++) {
    // What the operator says of numbers that compare so.
    bool holds[4] = {[BELOW] = strchr(operators[op], '<') || strcmp(operators[op], "!=") == 0,
                     [EQUAL] = strchr(operators[op], '=') && strcmp(operators[op], "!=") != 0,
                     [ABOVE] = strchr(operators[op], '>') || strcmp(operators[op], "!=") == 0,
                     [UNORDERED] = strcmp(operators[op], "!=") == 0};
    for (size_t i = 0; i < COUNT(pairs) * COUNT(sizes); i++) {
      ptrdiff_t sa = pairs[i % COUNT(pairs)][0], sb = pairs[i % COUNT(pairs)][1];
      size_t n = sizes[i / COUNT(pairs)];
      describe("%s, n %zu, strides %td and %td", operators[op], n, sa, sb);
      const void *a = odd_operand(s, n, sa, i + 1), *b = odd_operand(s, n, sb, i + 2);
      uint8_t *out = memory(n);
      s->kernels->compare(op, n, a, sa, b, sb, out);
      for (size_t j = 0; j < n; j++) {
        order found = compared(s, a, (ptrdiff_t)j * sa, b, (ptrdiff_t)j * sb);
        expect(out[j] == holds[found], "flag", j);
      }
      release();
    }
  }
}

void test_formula(const subject *s) {
  static const ptrdiff_t strides_of[][3] = {{1, 1, 1},  {1, 0, 1},  {0, 1, 0},
                                            {1, 1, 0}, {2, 1, -1}, {-1, 3, 0}};
  for (bp_formula op = 0; op < BP_FORMULA_COUNT; op++) {
    const formula_reference *r = &formula_references[op];
    describe("formula %d", (int)op);
    expect(r->value != NULL, "a formula has a reference", op);
    if (!r->value) continue;
    for (size_t i = 0; i < r->settings_count * COUNT(strides_of) * COUNT(sizes); i++) {
      settings set = r->settings[i % r->settings_count];
      const ptrdiff_t *stride = strides_of[i / r->settings_count % COUNT(strides_of)];
      size_t n = sizes[i / r->settings_count / COUNT(strides_of)];
      describe("%s, p %g, q %g, n %zu, strides %td %td %td", r->name, set.p, set.q, n, stride[0],
               stride[1], stride[2]);
      const void *a = operand(s, n, stride[0], 4, i + 1);
      const void *b = r->operands > 1 ? operand(s, n, stride[1], 3, i + 7) : NULL;
      const void *c = r->operands > 2 ? operand(s, n, stride[2], 1, i + 9) : NULL;
      void *out = result(s, n);
      s->kernels->formula(op, n, a, stride[0], b, stride[1], c, stride[2], set.p, set.q, out);
      for (size_t j = 0; j < n; j++) {
        ptrdiff_t k = (ptrdiff_t)j;
        double x = number(s, a, k * stride[0]), y = b ? number(s, b, k * stride[1]) : 0;
        double z = c ? number(s, c, k * stride[2]) : 0, found = number(s, out, k);
        double exact = r->value(x, y, z, set.p, set.q);
        if (r->cancels && isfinite(exact)) {
          double scale = fmax(fmax(fabs(exact), 1), fmax(fabs(x * y), exp(fmax(x, y))));
          expect_near(found, exact, r->bound * ulp(s, scale), r->name, j);
        } else {
          expect_ulps(s, found, exact, r->bound, r->name, j);
        }
      }
      if (stride[0] == 1) {
        void *in_place = copy_of(s, n, a);
        s->kernels->formula(op, n, in_place, 1, b, stride[1], c, stride[2], set.p, set.q, in_place);
        expect_same(s, n, in_place, out, "in place");
      }
      release();
    }
    for (size_t i = 0; r->operands == 1 && i < r->settings_count * COUNT(special); i++) {
      settings set = r->settings[i % r->settings_count];
      size_t n = 17;
      void *a = result(s, n), *out = result(s, n);
      double x = special[i / r->settings_count];
      describe("%s, p %g, q %g, in its limits", r->name, set.p, set.q);
      for (size_t j = 0; j < n; j++) put(s, a, (ptrdiff_t)j, x);
      s->kernels->formula(op, n, a, 1, NULL, 1, NULL, 1, set.p, set.q, out);
      for (size_t j = 0; j < n; j++) {
        double exact = r->value(x, 0, 0, set.p, set.q);
        expect_ulps(s, number(s, out, (ptrdiff_t)j), exact, r->bound, r->name, i);
      }
      release();
    }
  }
  check_formula_accuracy(s);
}
