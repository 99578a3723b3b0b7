// Optimizer updates over flat buffers. Each is one vector step, run over whole vectors and then
// over the rest with partial loads and stores.

INLINE void K(sgd_step)(size_t count, const T *w, const T *g, V rate, V decay, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(decay, weight, K(load_count)(g, count));
  K(store_count)(out, K(fma)(-rate, gradient, weight), count);
}

static void K(sgd)(size_t n, const T *w, const T *g, T rate, T decay, T *out) {
  V rates = K(splat)(rate), decays = K(splat)(decay);
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(sgd_step)(BP_LANES, w + i, g + i, rates, decays, out + i);
  }
  if (i < n) K(sgd_step)(n - i, w + i, g + i, rates, decays, out + i);
}

INLINE void K(momentum_step)(size_t count, const T *w, const T *g, T *v, V rate, V momentum,
                             V fresh, V decay, bool nesterov, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(decay, weight, K(load_count)(g, count));
  V velocity = K(fma)(momentum, K(load_count)(v, count), fresh * gradient);
  V step = nesterov ? K(fma)(momentum, velocity, gradient) : velocity;
  K(store_count)(v, velocity, count);
  K(store_count)(out, K(fma)(-rate, step, weight), count);
}

static void K(momentum)(size_t n, const T *w, const T *g, T *v, T rate, T momentum, T fresh,
                        T decay, bool nesterov, T *out) {
  V rates = K(splat)(rate), momenta = K(splat)(momentum), shares = K(splat)(fresh);
  V decays = K(splat)(decay);
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(momentum_step)(BP_LANES, w + i, g + i, v + i, rates, momenta, shares, decays, nesterov,
                     out + i);
  }
  if (i < n) {
    K(momentum_step)(n - i, w + i, g + i, v + i, rates, momenta, shares, decays, nesterov, out + i);
  }
}

typedef struct {
  V step, beta1, rest1, beta2, rest2, scale, epsilon, decay, keep;
} K(adam_constants);

// `x`, which may be null, holds the largest v so far, which then takes v's place.
INLINE void K(adam_step)(size_t count, const T *w, const T *g, T *m, T *v, T *x,
                         const K(adam_constants) * c, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(c->decay, weight, K(load_count)(g, count));
  V mean = K(fma)(c->beta1, K(load_count)(m, count), c->rest1 * gradient);
  V square = K(fma)(c->beta2, K(load_count)(v, count), c->rest2 * gradient * gradient);
  K(store_count)(m, mean, count);
  K(store_count)(v, square, count);
  if (x) {
    square = K(maximum)(K(load_count)(x, count), square);
    K(store_count)(x, square, count);
  }
  // The elementwise square root: a call to sqrtf would keep the loop scalar.
  V root = K(fma)(__builtin_elementwise_sqrt(square), c->scale, c->epsilon);
  K(store_count)(out, K(fma)(weight, c->keep, -(c->step * mean / root)), count);
}

static void K(adam)(size_t n, const T *w, const T *g, T *m, T *v, T *x, double rate, double beta1,
                    double beta2, double epsilon, double correction1, double correction2,
                    double decay, double decoupled, T *out) {
  // Computed in double and rounded once: 1 - beta of a rounded beta would keep few digits.
  const K(adam_constants) constants = {
      .step = K(splat)((T)(rate / correction1)),
      .beta1 = K(splat)((T)beta1),
      .rest1 = K(splat)((T)(1 - beta1)),
      .beta2 = K(splat)((T)beta2),
      .rest2 = K(splat)((T)(1 - beta2)),
      .scale = K(splat)((T)(1 / sqrt(correction2))),
      .epsilon = K(splat)((T)epsilon),
      .decay = K(splat)((T)decay),
      .keep = K(splat)((T)(1 - rate * decoupled)),
  };
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(adam_step)(BP_LANES, w + i, g + i, m + i, v + i, x ? x + i : x, &constants, out + i);
  }
  if (i < n) {
    K(adam_step)(n - i, w + i, g + i, m + i, v + i, x ? x + i : x, &constants, out + i);
  }
}

typedef struct {
  V rate, keep, add, epsilon, momentum, decay;
} K(rmsprop_constants);

// `m`, which may be null, is the running mean of a centred root; `b` the velocity of momentum.
INLINE void K(rmsprop_step)(size_t count, const T *w, const T *g, T *v, T *m, T *b,
                            const K(rmsprop_constants) * c, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(c->decay, weight, K(load_count)(g, count));
  V square = K(fma)(c->keep, K(load_count)(v, count), c->add * gradient * gradient);
  K(store_count)(v, square, count);
  if (m) {
    V mean = K(fma)(c->keep, K(load_count)(m, count), c->add * gradient);
    K(store_count)(m, mean, count);
    // Rounding may leave a variance below zero, which has no root. NaN stays.
    square = K(maximum)(K(fma)(-mean, mean, square), K(splat)(0));
  }
  V step = gradient / (__builtin_elementwise_sqrt(square) + c->epsilon);
  if (b) {
    step = K(fma)(c->momentum, K(load_count)(b, count), step);
    K(store_count)(b, step, count);
  }
  K(store_count)(out, K(fma)(-c->rate, step, weight), count);
}

static void K(rmsprop)(size_t n, const T *w, const T *g, T *v, T *m, T *b, double rate,
                       double keep, double add, double epsilon, double momentum, double decay,
                       T *out) {
  const K(rmsprop_constants) constants = {
      .rate = K(splat)((T)rate),
      .keep = K(splat)((T)keep),
      .add = K(splat)((T)add),
      .epsilon = K(splat)((T)epsilon),
      .momentum = K(splat)((T)momentum),
      .decay = K(splat)((T)decay),
  };
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(rmsprop_step)(BP_LANES, w + i, g + i, v + i, m ? m + i : m, b ? b + i : b, &constants,
                    out + i);
  }
  if (i < n) {
    K(rmsprop_step)(n - i, w + i, g + i, v + i, m ? m + i : m, b ? b + i : b, &constants, out + i);
  }
}

INLINE void K(lion_step)(size_t count, const T *w, const T *g, T *m, V rate, V beta1, V rest1,
                         V beta2, V rest2, V kept, T *out) {
  V gradient = K(load_count)(g, count), mean = K(load_count)(m, count);
  V blend = K(fma)(beta1, mean, rest1 * gradient);
  V sign = blend > 0 ? K(splat)(1) : (blend < 0 ? K(splat)(-1) : blend);
  K(store_count)(m, K(fma)(beta2, mean, rest2 * gradient), count);
  K(store_count)(out, K(fma)(K(load_count)(w, count), kept, -rate * sign), count);
}

static void K(lion)(size_t n, const T *w, const T *g, T *m, double rate, double beta1,
                    double beta2, double decoupled, T *out) {
  V rates = K(splat)((T)rate), kept = K(splat)((T)(1 - rate * decoupled));
  V betas1 = K(splat)((T)beta1), rests1 = K(splat)((T)(1 - beta1));
  V betas2 = K(splat)((T)beta2), rests2 = K(splat)((T)(1 - beta2));
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(lion_step)(BP_LANES, w + i, g + i, m + i, rates, betas1, rests1, betas2, rests2, kept,
                 out + i);
  }
  if (i < n) {
    K(lion_step)(n - i, w + i, g + i, m + i, rates, betas1, rests1, betas2, rests2, kept, out + i);
  }
}
