// A step of recurrent networks and its gradient, beside the formulas, and the packed weight that
// they multiply by.
#include "check.h"

enum { PARTS = 4, STEP = 1 };

// One number of the state by the formulas: what the parts of x and of the product with the state
// make of it, and the gradients.
typedef struct {
  double gates[PARTS], h, c;
  double dx[PARTS], dproduct[PARTS], dh, dc;
} reference;

static reference of_rnn(bp_activation activation, double a, double dh) {
  double h = a, slope = 1;
  switch (activation) {
    case BP_RELU_ACTIVATION: h = fmax(a, 0), slope = a > 0; break;
    case BP_SIGMOID_ACTIVATION: h = logistic(a), slope = h * logistic(-a); break;
    case BP_TANH_ACTIVATION: h = tanh(a), slope = 1 - h * h; break;
    default: break;
  }
  return (reference){.gates = {h}, .h = h, .dx = {dh * slope}, .dproduct = {dh * slope}};
}

static reference of_gru(const double *x, const double *p, double h, double dh) {
  double r = logistic(x[0] + p[0]), z = logistic(x[1] + p[1]), fresh = tanh(x[2] + r * p[2]);
  double dn = dh * (1 - z) * (1 - fresh * fresh);
  double dr = dn * p[2] * r * (1 - r), dz = dh * (h - fresh) * z * (1 - z);
  return (reference){.gates = {r, z, p[2], fresh}, .h = (1 - z) * fresh + z * h,
                     .dx = {dr, dz, dn}, .dproduct = {dr, dz, dn * r}, .dh = dh * z};
}

static reference of_lstm(const double *x, const double *p, double c, double dh, double dc) {
  double i = logistic(x[0] + p[0]), f = logistic(x[1] + p[1]), g = tanh(x[2] + p[2]);
  double o = logistic(x[3] + p[3]), c_out = f * c + i * g, t = tanh(c_out);
  double cell = dc + dh * o * (1 - t * t);
  reference r = {.gates = {i, f, g, o}, .h = o * t, .c = c_out,
                 .dx = {cell * g * i * (1 - i), cell * c * f * (1 - f), cell * i * (1 - g * g),
                        dh * t * o * (1 - o)},
                 .dc = cell * f};
  memcpy(r.dproduct, r.dx, sizeof r.dx);
  return r;
}

// MARK: Cases

static const bp_recurrent cells[] = {
    {BP_RNN, BP_IDENTITY_ACTIVATION, 0, 1, 1}, {BP_RNN, BP_RELU_ACTIVATION, 0, 1, 1},
    {BP_RNN, BP_SIGMOID_ACTIVATION, 0, 1, 1},  {BP_RNN, BP_TANH_ACTIVATION, 0, 1, 1},
    {BP_GRU, BP_IDENTITY_ACTIVATION, 0, 3, 4}, {BP_LSTM, BP_IDENTITY_ACTIVATION, 0, 4, 4},
};
// Up to some blocks of the state, and up to some tiles of rows.
static const size_t hidden[] = {1, 2, 3, 5, 8, 19, 33, 70};
static const size_t row_counts[] = {4, 1, 15};
enum { CASES = COUNT(cells) * COUNT(hidden) * COUNT(row_counts), VARIANTS = 12 };

typedef struct {
  bp_recurrent cell;
  size_t rows, n, state, columns, gates;  // numbers of all states, and of a row
  const int32_t *lengths;                 // every second sequence has ended, if any has
  bool packs, is_lstm, is_gru, in_place;
  // Of how many numbers of the state the first call does the step; another does the others.
  size_t first_part;
} step_case;

static step_case step_case_of(const subject *s, const char *name, size_t i, size_t variant) {
  static const int32_t lengths[15] = {3, 1, 2, 1, 4, 0, 7, 1, 2, 1, 2, 1, 2, 1, 2};
  size_t sizes = i / COUNT(cells);
  step_case c = {.cell = cells[i % COUNT(cells)], .rows = row_counts[sizes % COUNT(row_counts)],
                 .n = hidden[sizes / COUNT(row_counts)]};
  c.cell.hidden = c.n;
  c.state = c.rows * c.n, c.columns = c.cell.columns * c.n, c.gates = c.cell.gates * c.n;
  c.lengths = variant & 1 ? lengths : NULL;
  c.in_place = variant & 2;
  c.packs = variant >= 4;
  c.is_lstm = c.cell.kind == BP_LSTM, c.is_gru = c.cell.kind == BP_GRU;
  size_t block = s->kernels->recurrent_block();
  bool divides = variant >= 8;
  c.first_part = !divides ? c.n : c.n > block ? block : c.n;
  if (!c.packs && c.in_place) c.first_part = c.n / 3;
  describe("%s, kind %d, activation %d, hidden %zu, rows %zu, variant %zu", name, (int)c.cell.kind,
           (int)c.cell.activation, c.n, c.rows, variant);
  return c;
}

// Both parts of the state's numbers.
#define EACH_PART(c, first, length)                                                                \
  for (size_t first = 0, length = (c)->first_part; first < (c)->n;                                 \
       first += length, length = (c)->n - first)                                                   \
    if (length > 0)

static void *packed_weight(const subject *s, const step_case *c, bool transposed,
                           const void *weight) {
  void *packed = result(s, s->kernels->recurrent_packed_count(&c->cell));
  EACH_PART(c, first, length) {
    s->kernels->recurrent_pack(&c->cell, transposed, first, length, weight, packed);
  }
  return packed;
}

// A sum of products and how large it could be, to which its error is in proportion.
typedef struct {
  double value, magnitude;
} sum;

static void add_product(const subject *s, sum *sum, const void *a, size_t i, const void *b,
                        size_t j) {
  double term = number(s, a, (ptrdiff_t)i) * number(s, b, (ptrdiff_t)j);
  sum->value += term;
  sum->magnitude += fabs(term);
}

// What comes to number j of a row's state by way of the product: later U.
static sum through_product(const subject *s, const step_case *c, const void *later,
                           const void *weight, size_t row, size_t j) {
  sum result = {0};
  for (size_t k = 0; k < c->columns; k++) {
    add_product(s, &result, later, row * c->columns + k, weight, j * c->columns + k);
  }
  return result;
}

// Of results that are made of a few numbers of this size.
static double near(const subject *s) { return s->scalar == BP_FLOAT32 ? 2e-6 : 4e-15; }

// MARK: Steps

static void check_step(const subject *s, size_t i, size_t variant) {
  step_case c = step_case_of(s, "recurrent_step", i, variant);
  size_t n = c.n, table_rows = c.rows + 3;
  const void *table = operand(s, table_rows * c.columns, 1, 4, 1);
  const void *p = operand(s, c.rows * c.columns, 1, 4, 2), *h = operand(s, c.state, 1, 1, 3);
  const void *memory_before = operand(s, c.state, 1, 4, 4);
  const void *weight = operand(s, n * c.columns, 1, 0.5, 8), *bias = operand(s, c.columns, 1, 2, 9);
  if (!c.packs || variant == 5) bias = NULL;
  int32_t *positions = variant % 3 ? NULL : memory(c.rows * sizeof *positions);
  for (size_t row = 0; positions && row < c.rows; row++) {
    positions[row] = (int32_t)((row * 5 + 2) % table_rows);
  }
  // The product lies in the first columns of the gates, unless the step computes it.
  void *gates = result(s, c.rows * c.gates);
  for (size_t j = 0; !c.packs && j < c.rows * c.columns; j++) {
    move(s, gates, (ptrdiff_t)(j / c.columns * c.gates + j % c.columns), p, (ptrdiff_t)j);
  }
  const void *packed = c.packs ? packed_weight(s, &c, false, weight) : NULL;
  void *h_out = c.in_place && c.cell.kind == BP_RNN ? gates : result(s, c.state);
  void *c_out = c.in_place ? copy_of(s, c.state, memory_before) : result(s, c.state);
  const void *c_in = c.in_place ? c_out : memory_before;
  bool prefetches = variant & 4;
  EACH_PART(&c, first, length) {
    s->kernels->recurrent_step(
        &c.cell, c.rows, first, length, packed, bias, c.lengths, STEP, positions, table, gates, h,
        c.is_lstm ? c_in : NULL, h_out, c.is_lstm ? c_out : NULL,
        prefetches && !positions ? table : NULL, prefetches ? gates : NULL);
  }
  for (size_t j = 0; j < c.state; j++) {
    size_t row = j / n, column = j % n, x_row = positions ? (size_t)positions[row] : row;
    ptrdiff_t place = (ptrdiff_t)j;
    double xs[PARTS] = {0}, ps[PARTS] = {0}, tolerance = near(s);
    for (size_t part = 0; part < c.cell.columns; part++) {
      size_t of_product = part * n + column;
      xs[part] = number(s, table, (ptrdiff_t)(x_row * c.columns + of_product));
      ps[part] = number(s, p, (ptrdiff_t)(row * c.columns + of_product));
      if (!c.packs) continue;
      sum product = {0};
      if (bias) product.value = number(s, bias, (ptrdiff_t)of_product);
      for (size_t k = 0; k < n; k++) {
        add_product(s, &product, h, row * n + k, weight, k * c.columns + of_product);
      }
      ps[part] = product.value;
      tolerance += 2 * s->epsilon * product.magnitude;
    }
    double old_h = number(s, h, place), old_c = number(s, memory_before, place);
    bool has_ended = c.lengths && c.lengths[row] <= STEP;
    reference r = has_ended   ? (reference){.h = old_h, .c = old_c}
                  : c.is_lstm ? of_lstm(xs, ps, old_c, 0, 0)
                  : c.is_gru  ? of_gru(xs, ps, old_h, 0)
                              : of_rnn(c.cell.activation, xs[0] + ps[0], 0);
    for (size_t part = 0; part < c.cell.gates; part++) {
      // A sequence that has ended has gates of 0, unless its state lies in their memory.
      if (h_out == gates && has_ended) break;
      expect_near(number(s, gates, (ptrdiff_t)(row * c.gates + part * n + column)), r.gates[part],
                  has_ended ? 0 : tolerance, "gate", j);
    }
    expect_near(number(s, h_out, place), r.h, has_ended ? 0 : tolerance, "h", j);
    if (c.is_lstm) expect_near(number(s, c_out, place), r.c, has_ended ? 0 : tolerance, "c", j);
  }
  // A row's numbers do not depend on how many rows there are.
  void *alone = result(s, n), *gates_alone = result(s, c.gates), *c_alone = result(s, n);
  for (size_t row = 0; c.packs && row < c.rows; row++) {
    ptrdiff_t place = (ptrdiff_t)(row * n), x_row = positions ? positions[row] : (ptrdiff_t)row;
    const int32_t *length = c.lengths ? c.lengths + row : NULL;
    s->kernels->recurrent_step(&c.cell, 1, 0, n, packed, bias, length, STEP, NULL,
                               at(s, table, x_row * (ptrdiff_t)c.columns), gates_alone,
                               at(s, h, place), c.is_lstm ? at(s, memory_before, place) : NULL,
                               alone, c.is_lstm ? c_alone : NULL, NULL, NULL);
    expect_same(s, n, at(s, h_out, place), alone, "h of a row alone");
    if (c.is_lstm) expect_same(s, n, at(s, c_out, place), c_alone, "c of a row alone");
  }
  release();
}

void test_recurrent_step(const subject *s) {
  for (size_t i = 0; i < CASES * VARIANTS; i++) check_step(s, i / VARIANTS, i % VARIANTS);
}

// MARK: Gradients

// The second half of an array for two steps, of which the first half is that of the next one.
static void *second_half(const subject *s, void *both, size_t n) {
  return at(s, both, (ptrdiff_t)n);
}

static void check_step_gradient(const subject *s, size_t i, size_t variant) {
  step_case c = step_case_of(s, "recurrent_step_gradient", i, variant);
  size_t n = c.n, all = c.rows * c.columns;
  const void *x = operand(s, all, 1, 4, 1), *p = operand(s, all, 1, 4, 2);
  const void *h = second_half(s, operand(s, 2 * c.state, 1, 4, 3), c.state);
  const void *memory_before = second_half(s, operand(s, 2 * c.state, 1, 4, 4), c.state);
  const void *cotangent = second_half(s, operand(s, 2 * c.state, 1, 4, 5), c.state);
  const void *old_dh = operand(s, c.state, 1, 4, 6), *old_dc = operand(s, c.state, 1, 4, 7);
  const void *weight = operand(s, n * c.columns, 1, 0.5, 8);
  const void *later = c.packs && variant != 5 ? operand(s, all, 1, 1, 9) : NULL;
  const void *packed = c.packs ? packed_weight(s, &c, true, weight) : NULL;
  void *dh = copy_of(s, c.state, old_dh), *dc = copy_of(s, c.state, old_dc);
  void *dx = second_half(s, result(s, 2 * all), all);
  void *dproduct = c.is_gru ? result(s, all) : dx;
  // What the step left, of the numbers that the gradient is compared with.
  size_t gates_count = c.rows * c.gates;
  void *gates = second_half(s, result(s, 2 * gates_count), gates_count);
  void *c_out = result(s, c.state);
  reference *references = memory(c.state * sizeof *references);
  double *tolerances = memory(c.state * sizeof *tolerances);
  for (size_t j = 0; j < c.state; j++) {
    size_t row = j / n, column = j % n;
    ptrdiff_t place = (ptrdiff_t)j;
    double xs[PARTS] = {0}, ps[PARTS] = {0};
    for (size_t part = 0; part < c.cell.columns; part++) {
      ptrdiff_t at_part = (ptrdiff_t)(row * c.columns + part * n + column);
      xs[part] = number(s, x, at_part);
      ps[part] = number(s, p, at_part);
    }
    sum product = later ? through_product(s, &c, later, weight, row, column) : (sum){0};
    tolerances[j] = near(s) + 8 * s->epsilon * product.magnitude;
    double to_h = number(s, cotangent, place) + (number(s, old_dh, place) + product.value);
    double old_h = number(s, h, place), to_c = number(s, old_dc, place);
    double old_c = number(s, memory_before, place);
    bool has_ended = c.lengths && c.lengths[row] <= STEP;
    reference r = has_ended   ? (reference){.c = old_c, .dh = to_h, .dc = to_c}
                  : c.is_lstm ? of_lstm(xs, ps, old_c, to_h, to_c)
                  : c.is_gru  ? of_gru(xs, ps, old_h, to_h)
                              : of_rnn(c.cell.activation, xs[0] + ps[0], to_h);
    references[j] = r;
    put(s, c_out, place, r.c);
    for (size_t part = 0; part < c.cell.gates; part++) {
      put(s, gates, (ptrdiff_t)(row * c.gates + part * n + column), r.gates[part]);
    }
  }
  ptrdiff_t next = c.in_place ? -(ptrdiff_t)c.rows : 0;
  EACH_PART(&c, first, length) {
    s->kernels->recurrent_step_gradient(
        &c.cell, c.rows, first, length, packed, later, c.lengths, STEP, gates, h,
        c.is_lstm ? memory_before : NULL, c.is_lstm ? c_out : NULL, cotangent, dh,
        c.is_lstm ? dc : NULL, dx, dproduct, next);
  }
  for (size_t j = 0; j < c.state; j++) {
    const reference *r = &references[j];
    for (size_t part = 0; part < c.cell.columns; part++) {
      ptrdiff_t at_part = (ptrdiff_t)(j / n * c.columns + part * n + j % n);
      expect_near(number(s, dx, at_part), r->dx[part], tolerances[j], "dx", j);
      expect_near(number(s, dproduct, at_part), r->dproduct[part], tolerances[j], "dproduct", j);
    }
    expect_near(number(s, dh, (ptrdiff_t)j), r->dh, tolerances[j], "dh", j);
    if (c.is_lstm) expect_near(number(s, dc, (ptrdiff_t)j), r->dc, tolerances[j], "dc", j);
  }
  release();
}

void test_recurrent_step_gradient(const subject *s) {
  for (size_t i = 0; i < CASES * VARIANTS; i++) check_step_gradient(s, i / VARIANTS, i % VARIANTS);
}

void test_recurrent_state_gradient(const subject *s) {
  for (size_t i = 0; i < CASES; i++) {
    step_case c = step_case_of(s, "recurrent_state_gradient", i, 8);
    const void *weight = operand(s, c.n * c.columns, 1, 0.5, 8);
    const void *later = operand(s, c.rows * c.columns, 1, 1, 9);
    const void *before = operand(s, c.state, 1, 4, 6);
    void *dh = copy_of(s, c.state, before);
    const void *packed = packed_weight(s, &c, true, weight);
    s->kernels->recurrent_state_gradient(&c.cell, c.rows, packed, later, dh);
    for (size_t j = 0; j < c.state; j++) {
      sum product = through_product(s, &c, later, weight, j / c.n, j % c.n);
      double old = number(s, before, (ptrdiff_t)j);
      expect_near(number(s, dh, (ptrdiff_t)j), old + product.value,
                  2 * s->epsilon * (fabs(old) + product.magnitude), "dh", j);
    }
    release();
  }
}

// MARK: The packed weight

// A block is some whole vectors.
void test_recurrent_block(const subject *s) {
  size_t block = s->kernels->recurrent_block();
  expect(block >= 2 && (block & (block - 1)) == 0, "a power of two", block);
  expect(block * s->size % 16 == 0, "whole vectors", block);
}

void test_recurrent_packed_count(const subject *s) {
  size_t block = s->kernels->recurrent_block();
  for (size_t i = 0; i < CASES; i++) {
    step_case c = step_case_of(s, "recurrent_packed_count", i, 0);
    // Whole blocks of each part, of n numbers deep.
    size_t blocks = 0;
    while (blocks * block < c.n) blocks++;
    size_t count = s->kernels->recurrent_packed_count(&c.cell);
    expect(count == blocks * block * c.columns, "count", count);
  }
}

// Block by block, and of a block part by part: its columns, or its rows if transposed, side by
// side; 0 where a block goes on behind the state.
void test_recurrent_pack(const subject *s) {
  size_t block = s->kernels->recurrent_block();
  for (size_t i = 0; i < CASES * 4; i++) {
    step_case c = step_case_of(s, "recurrent_pack", i / 4, i & 1 ? 8 : 4);
    bool transposed = i & 2;
    size_t n = c.n, blocks = (n + block - 1) / block;
    const void *weight = operand(s, n * c.columns, 1, 4, i);
    const void *packed = packed_weight(s, &c, transposed, weight);
    void *expected = result(s, blocks * block * c.columns);
    for (size_t j = 0, place = 0; j < n; j += block) {
      for (size_t part = 0; part < c.cell.columns; part++) {
        for (size_t k = 0; k < n; k++) {
          for (size_t lane = 0; lane < block; lane++, place++) {
            size_t row = transposed ? j + lane : k, column = transposed ? k : j + lane;
            bool is_there = j + lane < n;
            put(s, expected, (ptrdiff_t)place, 0);
            if (!is_there) continue;
            move(s, expected, (ptrdiff_t)place, weight,
                 (ptrdiff_t)(row * c.columns + part * n + column));
          }
        }
      }
    }
    expect_same(s, blocks * block * c.columns, packed, expected, "packed");
    release();
  }
}
