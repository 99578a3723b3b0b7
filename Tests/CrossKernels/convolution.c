// Convolutions and their gradients, beside the definition: seven loops, of which each product of a
// number of the input, the weight and the result's place is a step.
#include "windows.h"

// MARK: Cases

typedef struct {
  bp_convolution convolution;
  bp_activation activation;  // of the gradients a ReLU or none
  bool has_bias, has_nan, has_positions;
  even_windows windows;      // of pooling that is joined, none of length 0
} convolution_case;

static ptrdiff_t window_number(ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride,
                               ptrdiff_t dilation, ptrdiff_t zeros) {
  ptrdiff_t room = length + zeros - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : room / stride + 1;
}

// Those whose sizes have reasons: {images, groups, channels, filters, height, width, kernel height,
// kernel width, stride and zeros on both sides along columns}.
static const ptrdiff_t chosen[][10] = {
    // Bands of rows and of columns, for many channels and for few.
    {1, 1, 2, 34, 90, 40, 3, 3, 1, 1}, {1, 1, 1, 5, 70, 70, 3, 3, 1, 1},
    {1, 1, 3, 17, 1, 2600, 1, 7, 2, 3}, {1, 1, 2, 1, 1, 2600, 1, 3, 1, 1},
    // An image that is divided by its channels, and images that are taken together.
    {1, 1, 70, 130, 4, 4, 3, 3, 1, 1}, {21, 1, 2, 20, 3, 3, 3, 3, 1, 1},
    {35, 1, 3, 2, 3, 5, 3, 3, 1, 1},
    // One number a window; of each group one channel.
    {2, 1, 21, 37, 5, 6, 1, 1, 1, 0}, {2, 1, 3, 2, 4, 5, 1, 1, 1, 0},
    {2, 9, 1, 1, 8, 23, 3, 3, 1, 1},
    // No images, windows, channels and filters.
    {0, 1, 2, 3, 4, 4, 3, 3, 1, 1}, {2, 1, 3, 20, 2, 2, 3, 3, 1, 0},
    {2, 2, 0, 3, 3, 4, 2, 2, 1, 0}, {2, 1, 3, 0, 3, 4, 2, 2, 1, 0},
};
enum { GENERATED = 96, CASES = COUNT(chosen) + GENERATED };

static convolution_case case_of(size_t i) {
  uint64_t state = i * 7919 + 5;
  for (int k = 0; k < 4; k++) random_word(&state);
#define ANY(least, most) ((least) + (ptrdiff_t)random_below(&state, (size_t)((most) - (least) + 1)))
  static const ptrdiff_t channels[] = {1, 2, 3, 4, 5, 8, 9, 16, 17, 33};
  bool is_chosen = i < COUNT(chosen);
  convolution_case c = {.activation = (bp_activation)(i % 4), .has_bias = is_chosen || ANY(0, 2),
                        .has_nan = i % 3 == 0, .has_positions = ANY(0, 2)};
  bp_convolution *v = &c.convolution;
  bp_windows *w = &v->windows;
  ptrdiff_t below, right;
  if (is_chosen) {
    const ptrdiff_t *n = chosen[i];
    *v = (bp_convolution){{n[4], n[5], n[6], n[7], 0, 0, 1, n[8], 1, 1, n[9], n[9]},
                          n[0], n[1], n[2], n[3]};
    if (n[6] == 1) w->top = 0;
    below = w->top, right = w->left;
  } else {
    // Either many filters or many channels, else the loops take too long.
    ptrdiff_t many = channels[ANY(0, COUNT(channels) - 1)], few = channels[ANY(0, 4)];
    bool turned = ANY(0, 3) == 0;
    *v = (bp_convolution){{ANY(1, 9), ANY(1, 36), ANY(1, 4), ANY(1, 4), 0, 0, ANY(1, 3), ANY(1, 3),
                           ANY(1, 3), ANY(1, 3), ANY(-2, 4), ANY(-2, 4)},
                          ANY(1, 3), ANY(1, 3), turned ? many : few, turned ? few : many};
    if (i % 2) w->stride_height = w->stride_width = w->dilation_height = w->dilation_width = 1;
    below = ANY(-2, 4), right = ANY(-2, 4);
    if (ANY(0, 2) > 0) {
      static const even_windows windows[] = {{2, 2, 0}, {3, 2, 1}, {3, 3, 0}, {2, 1, 0}};
      c.windows = windows[ANY(0, 3)];
    }
  }
#undef ANY
  w->out_height = window_number(w->height, w->kernel_height, w->stride_height, w->dilation_height,
                                w->top + below);
  w->out_width = window_number(w->width, w->kernel_width, w->stride_width, w->dilation_width,
                               w->left + right);
  return c;
}

static void describe_case(const char *name, size_t i, const convolution_case *c) {
  const bp_convolution *v = &c->convolution;
  const bp_windows *w = &v->windows;
  describe("%s, case %zu: images %td, groups %td, channels %td -> %td, %td x %td, "
           "kernel %td x %td, stride %td, %td, dilation %td, %td, zeros %td, %td, windows %td x %td, activation %d, "
           "pooling %td, %td",
           name, i, v->images, v->groups, v->channels, v->filters, w->height, w->width,
           w->kernel_height, w->kernel_width, w->stride_height, w->stride_width,
           w->dilation_height, w->dilation_width, w->top, w->left, w->out_height, w->out_width,
           (int)c->activation, c->windows.length, c->windows.step);
}

// MARK: The definition

enum { RESULT, INPUT, WEIGHT, ARRAYS };

static void count_numbers(const bp_convolution *c, size_t counts[ARRAYS]) {
  const bp_windows *w = &c->windows;
  ptrdiff_t filters = c->groups * c->filters;
  counts[RESULT] = (size_t)(c->images * filters * w->out_height * w->out_width);
  counts[INPUT] = (size_t)(c->images * c->groups * c->channels * w->height * w->width);
  counts[WEIGHT] = (size_t)(filters * c->channels * w->kernel_height * w->kernel_width);
}

// The sums of products, with how large they could be, and of how many a number is one.
typedef struct {
  double *values, *magnitudes;
  size_t *terms;
} sums;

static sums sums_of(size_t n) {
  sums s = {memory(n * sizeof *s.values), memory(n * sizeof *s.magnitudes),
            memory(n * sizeof *s.terms)};
  for (size_t i = 0; i < n; i++) s.values[i] = s.magnitudes[i] = 0, s.terms[i] = 0;
  return s;
}

static void add_term(sums *s, ptrdiff_t i, double term) {
  s->values[i] += term;
  s->magnitudes[i] += fabs(term);
  s->terms[i]++;
}

// Adds each product of two arrays' numbers to the one of `target` that it belongs to.
static void add_products(const subject *s, const bp_convolution *c,
                         const void *const numbers[ARRAYS], int target, sums *out) {
  const bp_windows *w = &c->windows;
  int first = (target + 1) % ARRAYS, second = (target + 2) % ARRAYS;
  ptrdiff_t place[ARRAYS];
  for (ptrdiff_t image = 0; image < c->images; image++) {
    for (ptrdiff_t filter = 0; filter < c->groups * c->filters; filter++) {
      for (ptrdiff_t y = 0; y < w->out_height; y++) {
        for (ptrdiff_t x = 0; x < w->out_width; x++) {
          ptrdiff_t plane = image * c->groups * c->filters + filter;
          place[RESULT] = (plane * w->out_height + y) * w->out_width + x;
          for (ptrdiff_t channel = 0; channel < c->channels; channel++) {
            for (ptrdiff_t i = 0; i < w->kernel_height; i++) {
              for (ptrdiff_t j = 0; j < w->kernel_width; j++) {
                ptrdiff_t row = y * w->stride_height + i * w->dilation_height - w->top;
                ptrdiff_t column = x * w->stride_width + j * w->dilation_width - w->left;
                if (row < 0 || row >= w->height || column < 0 || column >= w->width) continue;
                ptrdiff_t group = image * c->groups + filter / c->filters;
                ptrdiff_t source = group * c->channels + channel;
                place[INPUT] = (source * w->height + row) * w->width + column;
                place[WEIGHT] = ((filter * c->channels + channel) * w->kernel_height + i) *
                                w->kernel_width + j;
                add_term(out, place[target],
                         number(s, numbers[first], place[first]) *
                             number(s, numbers[second], place[second]));
              }
            }
          }
        }
      }
    }
  }
}

// NaN for NaN, else as near as sums of so many products are.
static void expect_sum(const subject *s, const void *found, const sums *expected, ptrdiff_t i,
                       double value, double ulps, const char *what) {
  double x = number(s, found, i);
  if (isnan(value)) {
    expect(isnan(x), what, (size_t)i);
    return;
  }
  double bound = (4 * sqrt((double)expected->terms[i]) + 4) * expected->magnitudes[i] + ulps;
  expect_near(x, value, bound * s->epsilon, what, (size_t)i);
}

static double activated(bp_activation activation, double x) {
  switch (activation) {
    case BP_RELU_ACTIVATION: return x < 0 ? 0 : x;
    case BP_SIGMOID_ACTIVATION: return logistic(x);
    case BP_TANH_ACTIVATION: return tanh(x);
    default: return x;
  }
}

// Some numbers, of which a few are NaN if so wanted.
static const void *numbers_of(const subject *s, size_t n, bool has_nan, uint64_t seed) {
  void *a = operand(s, n, 1, 1, seed);
  uint64_t state = seed;
  for (int k = 0; has_nan && n > 0 && k < 3; k++) {
    put(s, a, (ptrdiff_t)random_below(&state, n), NAN);
  }
  return a;
}

// MARK: Tests

void test_convolve(const subject *s) {
  for (size_t i = 0; i < CASES; i++) {
    convolution_case c = case_of(i);
    const bp_convolution *v = &c.convolution;
    describe_case("convolve", i, &c);
    size_t counts[ARRAYS], area = (size_t)(v->windows.out_height * v->windows.out_width);
    size_t filters = (size_t)(v->groups * v->filters);
    count_numbers(v, counts);
    const void *x = numbers_of(s, counts[INPUT], c.has_nan, i + 1);
    const void *weight = operand(s, counts[WEIGHT], 1, 1, i + 2);
    const void *bias = c.has_bias ? operand(s, filters, 1, 1, i + 3) : NULL;
    void *out = result(s, counts[RESULT]);
    s->kernels->convolve(v, x, weight, bias, c.activation, NULL, out, NULL);

    sums expected = sums_of(counts[RESULT]);
    add_products(s, v, (const void *[]){NULL, x, weight}, RESULT, &expected);
    for (size_t j = 0; j < counts[RESULT]; j++) {
      if (bias) add_term(&expected, (ptrdiff_t)j, number(s, bias, (ptrdiff_t)(j / area % filters)));
      double value = activated(c.activation, expected.values[j]);
      bool curved = c.activation >= BP_SIGMOID_ACTIVATION;
      expect_sum(s, out, &expected, (ptrdiff_t)j, value, curved ? 4 : 0, "sum");
    }

    // Pooling that is joined has the bits of pooling what is computed without it.
    size_t planes = counts[RESULT] / (area > 0 ? area : 1);
    if (c.windows.length > 0 && planes > 0) {
      const bp_pooling *p = even_pooling(c.windows, v->windows.out_height, v->windows.out_width);
      size_t windows = window_count(p), n = planes * windows;
      void *joined = result(s, n), *largest = result(s, n);
      int32_t *positions = c.has_positions ? memory(n * sizeof *positions) : NULL;
      int32_t *found = memory(n * sizeof *found);
      s->kernels->convolve(v, x, weight, bias, c.activation, p, joined, positions);
      for (size_t plane = 0; plane < planes; plane++) {
        largest_of_windows(s, p, at(s, out, (ptrdiff_t)(plane * area)),
                           at(s, largest, (ptrdiff_t)(plane * windows)), found + plane * windows);
      }
      expect_same(s, n, joined, largest, "largest");
      for (size_t j = 0; positions && j < n; j++) expect(positions[j] == found[j], "position", j);
    }
    release();
  }
}

// The cotangent of a case as it arrives, and `passed`, of each number of the convolution's result.
static bp_cotangent cotangent_of(const subject *s, const convolution_case *c, bool has_nan,
                                 uint64_t seed, void **passed) {
  const bp_convolution *v = &c->convolution;
  size_t counts[ARRAYS], area = (size_t)(v->windows.out_height * v->windows.out_width);
  count_numbers(v, counts);
  size_t planes = counts[RESULT] / (area > 0 ? area : 1), n = counts[RESULT], windows = area;
  *passed = result(s, n);
  bp_cotangent g = {0};
  int32_t *positions = NULL;
  if (c->windows.length > 0 && planes > 0) {
    g.pooling = even_pooling(c->windows, v->windows.out_height, v->windows.out_width);
    windows = window_count(g.pooling), n = planes * windows;
    g.positions = positions = memory(n * sizeof *positions);
  }
  g.numbers = numbers_of(s, n, has_nan, seed);
  if (c->activation % 2) g.result = odd_operand(s, n, 1, seed + 1);
  for (size_t plane = 0; g.pooling && plane < planes; plane++) {
    size_t pooled = plane * windows;
    any_positions(g.pooling, seed + plane, positions + pooled);
    spread_over_plane(s, g.pooling, at(s, g.numbers, (ptrdiff_t)pooled),
                      g.result ? at(s, g.result, (ptrdiff_t)pooled) : NULL, positions + pooled,
                      area, at(s, *passed, (ptrdiff_t)(plane * area)));
  }
  for (size_t i = 0; !g.pooling && i < n; i++) {
    bool passes = !g.result || number(s, g.result, (ptrdiff_t)i) > 0;
    put(s, *passed, (ptrdiff_t)i, passes ? number(s, g.numbers, (ptrdiff_t)i) : 0);
  }
  return g;
}

void test_convolve_input_gradient(const subject *s) {
  for (size_t i = 0; i < CASES; i++) {
    convolution_case c = case_of(i);
    const bp_convolution *v = &c.convolution;
    describe_case("convolve_input_gradient", i, &c);
    size_t counts[ARRAYS], area = (size_t)(v->windows.height * v->windows.width);
    size_t channels = (size_t)(v->groups * v->channels);
    count_numbers(v, counts);
    void *passed, *out = result(s, counts[INPUT]);
    bp_cotangent g = cotangent_of(s, &c, c.has_nan, i + 1, &passed);
    const void *weight = operand(s, counts[WEIGHT], 1, 1, i + 2);
    const void *bias = c.has_bias ? operand(s, channels, 1, 1, i + 3) : NULL;
    s->kernels->convolve_input_gradient(v, &g, weight, bias, out);
    sums expected = sums_of(counts[INPUT]);
    add_products(s, v, (const void *[]){passed, NULL, weight}, INPUT, &expected);
    for (size_t j = 0; j < counts[INPUT]; j++) {
      ptrdiff_t channel = (ptrdiff_t)(j / area % channels);
      if (bias) add_term(&expected, (ptrdiff_t)j, number(s, bias, channel));
      expect_sum(s, out, &expected, (ptrdiff_t)j, expected.values[j], 0, "gradient");
    }
    release();
  }
}

void test_convolve_weight_gradient(const subject *s) {
  for (size_t i = 0; i < CASES; i++) {
    convolution_case c = case_of(i);
    const bp_convolution *v = &c.convolution;
    describe_case("convolve_weight_gradient", i, &c);
    size_t counts[ARRAYS], area = (size_t)(v->windows.out_height * v->windows.out_width);
    size_t filters = (size_t)(v->groups * v->filters);
    count_numbers(v, counts);
    void *passed, *out = result(s, counts[WEIGHT]);
    // The zeros around a plane times NaN would be NaN, so there is none in the cotangent.
    bp_cotangent g = cotangent_of(s, &c, false, i + 1, &passed);
    const void *x = numbers_of(s, counts[INPUT], c.has_nan, i + 2);
    void *bias = c.has_bias ? result(s, filters) : NULL;
    s->kernels->convolve_weight_gradient(v, x, &g, out, bias);
    sums expected = sums_of(counts[WEIGHT]), sum = sums_of(filters);
    add_products(s, v, (const void *[]){passed, x, NULL}, WEIGHT, &expected);
    for (size_t j = 0; j < counts[WEIGHT]; j++) {
      expect_sum(s, out, &expected, (ptrdiff_t)j, expected.values[j], 0, "gradient");
    }
    for (size_t j = 0; bias && j < counts[RESULT]; j++) {
      add_term(&sum, (ptrdiff_t)(j / area % filters), number(s, passed, (ptrdiff_t)j));
    }
    for (size_t j = 0; bias && j < filters; j++) {
      expect_sum(s, bias, &sum, (ptrdiff_t)j, sum.values[j], 0, "gradient by the bias");
    }
    release();
  }
}
