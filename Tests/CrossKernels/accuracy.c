// The functions that are ours are within 2.5 units in the last place of the exact value, everywhere,
// and those that are made of several within 4: MathAccuracyTests.swift, of which the results to 106
// bits come too.
#include "references.h"

// Made of Tests/CKernelsTests/MathFixtures.swift: triples x, high, low, as bits of a double.
#include "fixtures.h"

// X(constant, name in the fixtures, bound)
#define UNARY(X)                \
  X(EXP, exp, 2.5)              \
  X(EXPM1, expm1, 2.5)          \
  X(LOG, log, 2.5)              \
  X(LOG1P, log1p, 2.5)          \
  X(LOG2, log2, 2.5)            \
  X(LOG10, log10, 2.5)          \
  X(TANH, tanh, 2.5)            \
  X(SIGMOID, sigmoid, 2.5)      \
  X(ERF, erf, 2.5)              \
  X(SINH, sinh, 2.5)            \
  X(COSH, cosh, 2.5)            \
  X(ASIN, asin, 2.5)            \
  X(ACOS, acos, 2.5)            \
  X(ATAN, atan, 2.5)            \
  X(GELU, gelu, 4)              \
  X(GELU_TANH, geluTanh, 4)     \
  X(SILU, silu, 4)              \
  X(MISH, mish, 4)              \
  X(LOG_SIGMOID, logSigmoid, 2.5)

// What is computed: a function, or a formula with its settings.
typedef struct {
  const subject *s;
  bool is_formula;
  int op;
  double p, q, bound;
} function;

static void compute(const function *f, size_t n, const void *a, void *out) {
  const bp_kernels *kernels = f->s->kernels;
  if (f->is_formula) {
    kernels->formula((bp_formula)f->op, n, a, 1, NULL, 1, NULL, 1, f->p, f->q, out);
  } else {
    kernels->unary((bp_unary)f->op, n, a, 1, out);
  }
}

static double exactly(const function *f, double x) {
  return f->is_formula ? formula_references[f->op].value(x, 0, 0, f->p, f->q)
                       : unary_references[f->op].value(x);
}

// Every exponent, and every half unit where the functions bend; double serves as exact.
static size_t single_inputs(float *out) {
  size_t n = 0;
  for (uint32_t bits = 0; bits < 0x7f800000; bits += 0x54321) {
    float x;
    memcpy(&x, &bits, sizeof x);
    if (out) out[n] = x, out[n + 1] = -x;
    n += 2;
  }
  static const float spans[][2] = {{110, 0.0937f}, {15, 0.0187f}, {2, 0.00173f}};
  for (size_t i = 0; i < COUNT(spans); i++) {
    for (int j = 0; (float)j * spans[i][1] < 2 * spans[i][0]; j++, n++) {
      if (out) out[n] = (float)j * spans[i][1] - spans[i][0];
    }
  }
  return n;
}

static void check(const function *f, const uint64_t *fixture, size_t length) {
  const subject *s = f->s;
  if (s->scalar == BP_FLOAT32) {
    size_t n = single_inputs(NULL);
    float *a = memory(n * sizeof *a), *out = memory(n * sizeof *out);
    single_inputs(a);
    compute(f, n, a, out);
    for (size_t i = 0; i < n; i++) {
      double exact = exactly(f, a[i]);
      // Zeros of either sign here: what cancels in double has lost its own.
      if (out[i] == 0 && (float)exact == 0) continue;
      expect_ulps(s, out[i], exact, f->bound, "float32", i);
    }
  } else {
    for (size_t i = 0; i < length; i += 3) {
      double triple[3], found;
      memcpy(triple, fixture + i, sizeof triple);
      compute(f, 1, triple, &found);
      // The difference from `high` is exact, so that `low` counts.
      double error = fabs((found - triple[1]) - triple[2]) / ulp(s, triple[1]);
      expect_near(error, 0, f->bound, "float64, error in ulp", i / 3);
    }
  }
  release();
}

void check_unary_accuracy(const subject *s) {
#define X(NAME, name, limit)                                          \
  describe("accuracy of %s", #name);                                  \
  check(&(function){.s = s, .op = BP_##NAME, .bound = limit}, fixture_##name, COUNT(fixture_##name));
  UNARY(X)
#undef X
}

void check_formula_accuracy(const subject *s) {
  describe("accuracy of softplus");
  check(&(function){s, true, BP_SOFTPLUS, 1, INFINITY, 2.5}, fixture_softplus,
        COUNT(fixture_softplus));
  describe("accuracy of softplus, beta 2.5");
  check(&(function){s, true, BP_SOFTPLUS, 2.5, INFINITY, 4}, NULL, 0);
  describe("accuracy of elu");
  check(&(function){s, true, BP_ELU, 1, 1, 2.5}, NULL, 0);
}
