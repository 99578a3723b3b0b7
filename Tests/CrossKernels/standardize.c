// Groups of numbers that are standardized, and the gradients, by the definition.
#include "check.h"

typedef enum { NO_WEIGHTS, PER_GROUP, PER_PART, PER_NUMBER, WEIGHTS } weights;

// Groups next to each other, groups whose parts lie among those of others, and long parts: outer,
// inner, parts, length.
static const ptrdiff_t shapes[][4] = {{1, 1, 1, 1},    {3, 1, 1, 5},  {2, 3, 1, 17}, {1, 3, 4, 9},
                                      {2, 2, 3, 1},    {2, 3, 2, 33}, {1, 2, 2, 1030}, {1, 37, 5, 1},
                                      {1, 16, 300, 1}, {5, 1, 1, 64}};

typedef struct {
  bp_groups groups;
  ptrdiff_t count, size;  // of groups, and of numbers in one
  weights kind;
  const void *x, *g, *w, *b;
  void *means, *variances, *out, *by_weight, *by_bias, *by_x;
  size_t weight_count, sum_count;
} standardization;

// Where number i of a group lies, which weight it has and to which sum its gradient goes.
static ptrdiff_t place(const standardization *t, ptrdiff_t group, ptrdiff_t i) {
  const bp_groups *p = &t->groups;
  return group / p->inner * p->outer_step + group % p->inner * p->inner_step +
         i / p->length * p->part_step + i % p->length;
}
static ptrdiff_t weight_of(const standardization *t, ptrdiff_t group, ptrdiff_t i) {
  const bp_groups *p = &t->groups;
  return t->kind == PER_NUMBER ? i
         : t->kind == PER_PART ? group % p->inner * p->parts + i / p->length
                               : group % p->inner;
}
static ptrdiff_t sum_of(const standardization *t, ptrdiff_t group, ptrdiff_t i) {
  const bp_groups *p = &t->groups;
  return t->kind == PER_NUMBER ? i : t->kind == PER_PART ? group * p->parts + i / p->length : group;
}

static standardization make(const subject *s, const ptrdiff_t *shape, weights kind, bool is_centered) {
  standardization t = {.kind = kind, .count = shape[0] * shape[1], .size = shape[2] * shape[3]};
  bp_groups *p = &t.groups;
  *p = (bp_groups){.inner = shape[1], .parts = shape[2], .length = shape[3],
                   .is_centered = is_centered, .epsilon = 0.125};
  // Part p of group j of i lies at (i, p, j).
  p->outer_step = shape[2] * shape[1] * shape[3];
  p->part_step = shape[1] * shape[3];
  p->inner_step = shape[3];
  p->inner_weight = kind == PER_GROUP ? 1 : kind == PER_PART ? p->parts : 0;
  p->part_weight = kind == PER_PART;
  p->is_each_weighted = kind == PER_NUMBER;
  size_t n = (size_t)(t.count * t.size);
  t.weight_count = (size_t)(kind == PER_NUMBER  ? p->length
                            : kind == PER_PART  ? p->inner * p->parts
                            : kind == PER_GROUP ? p->inner : 0);
  t.sum_count = (size_t)(kind == PER_NUMBER  ? p->length
                         : kind == PER_PART  ? t.count * p->parts
                         : kind == PER_GROUP ? t.count : 0);
  t.x = operand(s, n, 1, 4, 1);
  t.g = operand(s, n, 1, 1, 3);
  t.w = kind ? operand(s, t.weight_count, 1, 2, 5) : NULL;
  t.b = kind ? operand(s, t.weight_count, 1, 1, 7) : NULL;
  t.means = result(s, (size_t)t.count);
  t.variances = result(s, (size_t)t.count);
  t.out = result(s, n);
  t.by_x = result(s, n);
  t.by_weight = kind ? operand(s, t.sum_count, 1, 1, 9) : NULL;
  t.by_bias = kind ? operand(s, t.sum_count, 1, 1, 11) : NULL;
  return t;
}

// In two calls, as threads share groups.
static void run(const subject *s, standardization *t, bool gradient) {
  size_t parts[] = {0, (size_t)t->count / 2, (size_t)t->count};
  for (size_t i = 0; i < 2; i++) {
    size_t first = parts[i], count = parts[i + 1] - first;
    if (gradient) {
      s->kernels->standardize_gradient(&t->groups, first, count, t->g, t->x, t->w, t->means,
                                       t->variances, t->by_weight, t->by_bias, t->by_x);
    } else {
      s->kernels->standardize(&t->groups, first, count, t->x, t->w, t->b, t->means, t->variances,
                              t->out);
    }
  }
}

typedef struct {
  double mean, variance, factor;  // 1 / sqrt(variance + epsilon)
} moments;

static moments moments_of(const subject *s, const standardization *t, ptrdiff_t group) {
  moments m = {0};
  for (ptrdiff_t i = 0; i < t->size; i++) m.mean += number(s, t->x, place(t, group, i));
  m.mean = t->groups.is_centered ? m.mean / (double)t->size : 0;
  for (ptrdiff_t i = 0; i < t->size; i++) {
    m.variance += pow(number(s, t->x, place(t, group, i)) - m.mean, 2) / (double)t->size;
  }
  m.factor = 1 / sqrt(m.variance + t->groups.epsilon);
  return m;
}

static void check_values(const subject *s, const standardization *t) {
  double unit = 32 * s->epsilon;
  for (ptrdiff_t group = 0; group < t->count; group++) {
    moments m = moments_of(s, t, group);
    expect_near(number(s, t->means, group), m.mean, unit * 5, "mean", (size_t)group);
    expect_near(number(s, t->variances, group), m.variance, unit * 25, "variance", (size_t)group);
    for (ptrdiff_t i = 0; i < t->size; i++) {
      double y = (number(s, t->x, place(t, group, i)) - m.mean) * m.factor;
      ptrdiff_t weight = weight_of(t, group, i);
      if (t->w) y = y * number(s, t->w, weight) + number(s, t->b, weight);
      expect_near(number(s, t->out, place(t, group, i)), y, unit * 10, "number", (size_t)i);
    }
  }
}

// `old_weight` and `old_bias` are what the sums were where each number has a weight.
static void check_gradients(const subject *s, const standardization *t, double *old_weight,
                            double *old_bias) {
  double unit = 32 * s->epsilon;
  for (ptrdiff_t group = 0; group < t->count; group++) {
    moments m = moments_of(s, t, group);
    double mean = 0, slope = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (ptrdiff_t i = 0; i < t->size; i++) {
        ptrdiff_t at_i = place(t, group, i), sum = sum_of(t, group, i);
        double y = (number(s, t->x, at_i) - m.mean) * m.factor, g = number(s, t->g, at_i);
        double h = t->w ? g * number(s, t->w, weight_of(t, group, i)) : g;
        if (pass == 0) {
          if (t->groups.is_centered) mean += h / (double)t->size;
          slope += h * y / (double)t->size;
          if (t->w) old_weight[sum] += g * y, old_bias[sum] += g;
        } else {
          double exact = m.factor * (h - mean - y * slope);
          expect_near(number(s, t->by_x, at_i), exact, unit * 20, "by x", (size_t)i);
        }
      }
    }
  }
  double tolerance = unit * 2 * fmax(16, (double)t->size);
  for (ptrdiff_t i = 0; i < (ptrdiff_t)t->sum_count; i++) {
    expect_near(number(s, t->by_weight, i), old_weight[i], tolerance, "by weight", (size_t)i);
    expect_near(number(s, t->by_bias, i), old_bias[i], tolerance, "by bias", (size_t)i);
  }
}

static void check_all(const subject *s, bool gradient) {
  for (size_t i = 0; i < COUNT(shapes) * WEIGHTS * 2; i++) {
    const ptrdiff_t *shape = shapes[i / 2 / WEIGHTS];
    weights kind = (weights)(i / 2 % WEIGHTS);
    // Parts have no weight for each number.
    if (kind == PER_NUMBER && shape[2] > 1) continue;
    describe("standardize%s %td x %td x %td x %td, weights %d, %scentered",
             gradient ? "_gradient" : "", shape[0], shape[1], shape[2], shape[3], (int)kind,
             i % 2 ? "" : "not ");
    standardization t = make(s, shape, kind, i % 2);
    double *old_weight = memory(t.sum_count * sizeof(double));
    double *old_bias = memory(t.sum_count * sizeof(double));
    for (ptrdiff_t j = 0; j < (ptrdiff_t)t.sum_count; j++) {
      old_weight[j] = kind == PER_NUMBER ? number(s, t.by_weight, j) : 0;
      old_bias[j] = kind == PER_NUMBER ? number(s, t.by_bias, j) : 0;
    }
    run(s, &t, false);
    if (gradient) {
      run(s, &t, true);
      check_gradients(s, &t, old_weight, old_bias);
    } else {
      check_values(s, &t);
    }
    release();
  }
}

void test_standardize(const subject *s) {
  check_all(s, false);
  // The mean is taken off before anything is squared; and what is not a number is seen.
  static const double rows[][4] = {
      {1000001, 1000003, 1000001, 1000003}, {1, NAN, 3, 4}, {1, INFINITY, 3, 4}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    describe("standardize of %g, %g", rows[i][0], rows[i][1]);
    bp_groups groups = {.inner = 1, .parts = 1, .length = 4, .is_centered = true};
    void *x = result(s, 4), *out = result(s, 4), *mean = result(s, 1), *variance = result(s, 1);
    for (ptrdiff_t j = 0; j < 4; j++) put(s, x, j, rows[i][j]);
    s->kernels->standardize(&groups, 0, 1, x, NULL, NULL, mean, variance, out);
    if (i == 0) {
      expect_near(number(s, mean, 0), 1000002, 0, "mean", 0);
      expect_near(number(s, variance, 0), 1, 0, "variance", 0);
      for (ptrdiff_t j = 0; j < 4; j++) {
        expect_near(number(s, out, j), j % 2 ? 1 : -1, 0, "number", (size_t)j);
      }
    } else {
      expect(isnan(number(s, variance, 0)) && isnan(number(s, out, 1)), "not a number", i);
    }
    release();
  }
}

void test_standardize_gradient(const subject *s) { check_all(s, true); }
