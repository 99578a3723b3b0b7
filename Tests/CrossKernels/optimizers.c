// Three steps of each optimizer against the same formulas in double. All factors are short sums of
// powers of two and so the same numbers in both types.
#include "check.h"

enum { STEPS = 3, STATES = 3 };

// The numbers of a parameter, its gradient and what an optimizer remembers of it, and the same in
// double.
typedef struct {
  size_t n;
  void *w, *g, *state[STATES];
  double *exact_w, *exact_state[STATES];
} parameter;

static parameter make(const subject *s, size_t n, double first_state) {
  parameter p = {.n = n, .w = operand(s, n, 1, 4, 1)};
  p.exact_w = memory(n * sizeof(double));
  for (size_t i = 0; i < n; i++) p.exact_w[i] = number(s, p.w, (ptrdiff_t)i);
  for (int k = 0; k < STATES; k++) {
    p.state[k] = result(s, n);
    p.exact_state[k] = memory(n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
      put(s, p.state[k], (ptrdiff_t)i, k == 2 ? first_state : 0);
      p.exact_state[k][i] = k == 2 ? first_state : 0;
    }
  }
  return p;
}

static void expect_close(const subject *s, size_t n, const void *found, const double *exact,
                         const char *what) {
  for (size_t i = 0; i < n; i++) {
    double tolerance = 16 * s->epsilon * fmax(1, fabs(exact[i]));
    expect_near(number(s, found, (ptrdiff_t)i), exact[i], tolerance, what, i);
  }
}

// Which of the variants, and what one step of the kernel and of one number in double is.
typedef void kernel_step(const subject *s, parameter *p, int variant, int step, void *out);
typedef void exact_step(int variant, int step, double g, double *w, double *a, double *b, double *c);

static void check(const subject *s, const char *name, int variants, kernel_step *run,
                  exact_step *exactly) {
  for (size_t i = 0; i < (size_t)variants * COUNT(sizes); i++) {
    int variant = (int)(i % (size_t)variants);
    size_t n = sizes[i / (size_t)variants];
    describe("%s, variant %d, n %zu", name, variant, n);
    parameter p = make(s, n, 0.25);
    // The last step goes to other memory, those before it change the weights in place.
    void *out = result(s, n);
    for (int step = 0; step < STEPS; step++) {
      p.g = operand(s, n, 1, 2, (uint64_t)step + 10);
      // A direction of zero is none.
      if (step == 0 && n > 0) put(s, p.g, (ptrdiff_t)(n / 2), 0);
      run(s, &p, variant, step, step == STEPS - 1 ? out : p.w);
      for (size_t j = 0; j < n; j++) {
        exactly(variant, step, number(s, p.g, (ptrdiff_t)j), &p.exact_w[j], &p.exact_state[0][j],
                &p.exact_state[1][j], &p.exact_state[2][j]);
      }
    }
    expect_close(s, n, out, p.exact_w, "weight");
    for (int k = 0; k < STATES; k++) expect_close(s, n, p.state[k], p.exact_state[k], "state");
    release();
  }
}

// MARK: SGD

static double sgd_decay(int variant) { return variant ? 0.25 : 0; }
static void run_sgd(const subject *s, parameter *p, int variant, int step, void *out) {
  (void)step;
  s->kernels->sgd(p->n, p->w, p->g, 0.125, sgd_decay(variant), out);
}
static void sgd(int variant, int step, double g, double *w, double *a, double *b, double *c) {
  (void)step, (void)a, (void)b, (void)c;
  *w -= 0.125 * (g + sgd_decay(variant) * *w);
}
void test_sgd(const subject *s) { check(s, "sgd", 2, run_sgd, sgd); }

// MARK: Momentum

static const struct {
  bool nesterov;
  double fresh, decay;
} momenta[] = {{false, 1, 0}, {true, 1, 0}, {false, 1, 0.25}, {true, 1, 0.25}, {false, 0.75, 0.25}};

static void run_momentum(const subject *s, parameter *p, int variant, int step, void *out) {
  (void)step;
  s->kernels->momentum(p->n, p->w, p->g, p->state[0], 0.125, 0.875, momenta[variant].fresh,
                       momenta[variant].decay, momenta[variant].nesterov, out);
}
static void momentum(int variant, int step, double g, double *w, double *v, double *b, double *c) {
  (void)step, (void)b, (void)c;
  g += momenta[variant].decay * *w;
  *v = 0.875 * *v + momenta[variant].fresh * g;
  *w -= 0.125 * (momenta[variant].nesterov ? g + 0.875 * *v : *v);
}
void test_momentum(const subject *s) { check(s, "momentum", COUNT(momenta), run_momentum, momentum); }

// MARK: Adam

static const struct {
  double decay, decoupled;
  bool amsgrad;
} adams[] = {{0, 0, false}, {0.25, 0, false}, {0, 0.25, false}, {0.25, 0, true}};
static const double adam_rate = 0.0625, beta1 = 0.875, beta2 = 0.984375, epsilon = 0.0009765625;

static void run_adam(const subject *s, parameter *p, int variant, int step, void *out) {
  s->kernels->adam(p->n, p->w, p->g, p->state[0], p->state[1],
                   adams[variant].amsgrad ? p->state[2] : NULL, adam_rate, beta1, beta2, epsilon,
                   1 - pow(beta1, step + 1), 1 - pow(beta2, step + 1), adams[variant].decay,
                   adams[variant].decoupled, out);
}
static void adam(int variant, int step, double g, double *w, double *m, double *v, double *x) {
  g += adams[variant].decay * *w;
  *w *= 1 - adam_rate * adams[variant].decoupled;
  *m = beta1 * *m + (1 - beta1) * g;
  *v = beta2 * *v + (1 - beta2) * g * g;
  if (adams[variant].amsgrad) *x = fmax(*x, *v);
  double root = sqrt((adams[variant].amsgrad ? *x : *v) / (1 - pow(beta2, step + 1)));
  *w -= adam_rate * *m / (1 - pow(beta1, step + 1)) / (root + epsilon);
}
void test_adam(const subject *s) { check(s, "adam", COUNT(adams), run_adam, adam); }

// MARK: RMSProp

static const struct {
  bool centered;
  double momentum, keep, add;
} rmsprops[] = {{false, 0, 0.875, 0.125}, {true, 0, 0.875, 0.125}, {false, 0.75, 0.875, 0.125},
                {true, 0.75, 0.875, 0.125}, {false, 0, 1, 1}};

static void run_rmsprop(const subject *s, parameter *p, int variant, int step, void *out) {
  (void)step;
  bool has_momentum = rmsprops[variant].momentum != 0;
  s->kernels->rmsprop(p->n, p->w, p->g, p->state[0], rmsprops[variant].centered ? p->state[1] : NULL,
                      has_momentum ? p->state[2] : NULL, 0.0625, rmsprops[variant].keep,
                      rmsprops[variant].add, 0.0625, rmsprops[variant].momentum, 0.25, out);
}
static void rmsprop(int variant, int step, double g, double *w, double *v, double *m, double *b) {
  (void)step;
  double keep = rmsprops[variant].keep, add = rmsprops[variant].add;
  g += 0.25 * *w;
  *v = keep * *v + add * g * g;
  if (rmsprops[variant].centered) *m = keep * *m + add * g;
  double direction = g / (sqrt(*v - *m * *m) + 0.0625);
  if (rmsprops[variant].momentum != 0) direction = *b = rmsprops[variant].momentum * *b + direction;
  *w -= 0.0625 * direction;
}
void test_rmsprop(const subject *s) { check(s, "rmsprop", COUNT(rmsprops), run_rmsprop, rmsprop); }

// MARK: Lion

static void run_lion(const subject *s, parameter *p, int variant, int step, void *out) {
  (void)step;
  s->kernels->lion(p->n, p->w, p->g, p->state[0], 0.0625, 0.875, 0.984375, sgd_decay(variant), out);
}
static void lion(int variant, int step, double g, double *w, double *m, double *b, double *c) {
  (void)step, (void)b, (void)c;
  double blend = 0.875 * *m + 0.125 * g, sign = blend > 0 ? 1 : blend < 0 ? -1 : 0;
  *w -= 0.0625 * (sign + sgd_decay(variant) * *w);
  *m = 0.984375 * *m + 0.015625 * g;
}
void test_lion(const subject *s) { check(s, "lion", 2, run_lion, lion); }
