// A step of recurrent networks and its gradient, beside the formulas.
#include "check.h"

enum { ROWS = 4, PARTS = 4 };

// One number of the state by the formulas: what the parts of x and of the product with the state make
// of it, and the gradients.
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

// A step of four sequences, of which the second and the last have ended where there are lengths.
static void check_cell(const subject *s, bp_recurrent cell, bool has_lengths, bool in_place) {
  enum { STEP = 1 };
  static const int32_t lengths[ROWS] = {3, 1, 2, 1};
  double tolerance = s->scalar == BP_FLOAT32 ? 2e-6 : 4e-15;
  size_t n = cell.hidden, state = ROWS * n, columns = cell.columns * n, gates_of_row = cell.gates * n;
  bool is_lstm = cell.kind == BP_LSTM, is_gru = cell.kind == BP_GRU;
  describe("recurrent kind %d, activation %d, hidden %zu%s%s", (int)cell.kind, (int)cell.activation, n,
           has_lengths ? ", lengths" : "", in_place ? ", in place" : "");
  const void *x = operand(s, ROWS * columns, 1, 4, 1), *p = operand(s, ROWS * columns, 1, 4, 2);
  const void *h = operand(s, state, 1, 4, 3), *c = operand(s, state, 1, 4, 4);
  const void *cotangent = operand(s, state, 1, 4, 5), *old_dh = operand(s, state, 1, 4, 6);
  const void *old_dc = operand(s, state, 1, 4, 7);
  void *dh = copy_of(s, state, old_dh), *dc = copy_of(s, state, old_dc);
  // The product lies in the first columns of the gates.
  void *gates = result(s, ROWS * gates_of_row);
  for (size_t i = 0; i < ROWS * columns; i++) {
    move(s, gates, (ptrdiff_t)(i / columns * gates_of_row + i % columns), p, (ptrdiff_t)i);
  }
  void *h_out = in_place && cell.kind == BP_RNN ? gates : result(s, state);
  void *c_out = in_place ? copy_of(s, state, c) : result(s, state);
  void *dx = result(s, ROWS * columns), *dproduct = is_gru ? result(s, ROWS * columns) : dx;
  const int32_t *ends = has_lengths ? lengths : NULL;
  s->kernels->recurrent_step(&cell, ROWS, ends, STEP, x, gates, h,
                             !is_lstm ? NULL : in_place ? c_out : c, h_out, is_lstm ? c_out : NULL);
  s->kernels->recurrent_step_gradient(&cell, ROWS, ends, STEP, gates, h, is_lstm ? c : NULL,
                                      is_lstm ? c_out : NULL, cotangent, dh, is_lstm ? dc : NULL, dx,
                                      dproduct);
  for (size_t i = 0; i < state; i++) {
    size_t row = i / n, j = i % n;
    ptrdiff_t place = (ptrdiff_t)i;
    double xs[PARTS] = {0}, ps[PARTS] = {0};
    for (size_t part = 0; part < cell.columns; part++) {
      xs[part] = number(s, x, (ptrdiff_t)(row * columns + part * n + j));
      ps[part] = number(s, p, (ptrdiff_t)(row * columns + part * n + j));
    }
    double to_h = number(s, cotangent, place) + number(s, old_dh, place);
    double old_h = number(s, h, place), old_c = number(s, c, place), to_c = number(s, old_dc, place);
    bool has_ended = has_lengths && lengths[row] <= STEP;
    reference r = has_ended ? (reference){.h = old_h, .c = old_c, .dh = to_h, .dc = to_c}
                  : is_lstm ? of_lstm(xs, ps, old_c, to_h, to_c)
                  : is_gru  ? of_gru(xs, ps, old_h, to_h)
                            : of_rnn(cell.activation, xs[0] + ps[0], to_h);
    for (size_t part = 0; part < cell.gates; part++) {
      // A sequence that has ended has gates of 0, unless its state lies in their memory.
      if (h_out == gates && has_ended) break;
      expect_near(number(s, gates, (ptrdiff_t)(row * gates_of_row + part * n + j)), r.gates[part],
                  tolerance, "gate", i);
    }
    for (size_t part = 0; part < cell.columns; part++) {
      ptrdiff_t at_part = (ptrdiff_t)(row * columns + part * n + j);
      expect_near(number(s, dx, at_part), r.dx[part], tolerance, "dx", i);
      expect_near(number(s, dproduct, at_part), r.dproduct[part], tolerance, "dproduct", i);
    }
    expect_near(number(s, h_out, place), r.h, tolerance, "h", i);
    expect_near(number(s, dh, place), r.dh, tolerance, "dh", i);
    if (is_lstm) expect_near(number(s, c_out, place), r.c, tolerance, "c", i);
    if (is_lstm) expect_near(number(s, dc, place), r.dc, tolerance, "dc", i);
  }
  release();
}

static void check_all(const subject *s) {
  static const size_t hidden[] = {1, 2, 3, 5, 8, 19};
  static const bp_recurrent cells[] = {
      {BP_RNN, BP_IDENTITY_ACTIVATION, 0, 1, 1}, {BP_RNN, BP_RELU_ACTIVATION, 0, 1, 1},
      {BP_RNN, BP_SIGMOID_ACTIVATION, 0, 1, 1},  {BP_RNN, BP_TANH_ACTIVATION, 0, 1, 1},
      {BP_GRU, BP_IDENTITY_ACTIVATION, 0, 3, 4}, {BP_LSTM, BP_IDENTITY_ACTIVATION, 0, 4, 4},
  };
  for (size_t i = 0; i < COUNT(cells) * COUNT(hidden) * 4; i++) {
    bp_recurrent cell = cells[i / 4 % COUNT(cells)];
    cell.hidden = hidden[i / 4 / COUNT(cells)];
    check_cell(s, cell, i & 1, i & 2);
  }
}

// The gradient takes what the step has made, so that one test is both's.
void test_recurrent_step(const subject *s) { check_all(s); }
void test_recurrent_step_gradient(const subject *s) { check_all(s); }
