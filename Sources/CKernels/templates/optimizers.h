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
                             V decay, bool nesterov, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(decay, weight, K(load_count)(g, count));
  V velocity = K(fma)(momentum, K(load_count)(v, count), gradient);
  V step = nesterov ? K(fma)(momentum, velocity, gradient) : velocity;
  K(store_count)(v, velocity, count);
  K(store_count)(out, K(fma)(-rate, step, weight), count);
}

static void K(momentum)(size_t n, const T *w, const T *g, T *v, T rate, T momentum, T decay,
                        bool nesterov, T *out) {
  V rates = K(splat)(rate), momenta = K(splat)(momentum), decays = K(splat)(decay);
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(momentum_step)(BP_LANES, w + i, g + i, v + i, rates, momenta, decays, nesterov, out + i);
  }
  if (i < n) {
    K(momentum_step)(n - i, w + i, g + i, v + i, rates, momenta, decays, nesterov, out + i);
  }
}

typedef struct {
  V step, beta1, rest1, beta2, rest2, scale, epsilon, decay, keep;
} K(adam_constants);

INLINE void K(adam_step)(size_t count, const T *w, const T *g, T *m, T *v,
                         const K(adam_constants) * c, T *out) {
  V weight = K(load_count)(w, count);
  V gradient = K(fma)(c->decay, weight, K(load_count)(g, count));
  V mean = K(fma)(c->beta1, K(load_count)(m, count), c->rest1 * gradient);
  V square = K(fma)(c->beta2, K(load_count)(v, count), c->rest2 * gradient * gradient);
  // The elementwise square root: a call to sqrtf would keep the loop scalar.
  V root = K(fma)(__builtin_elementwise_sqrt(square), c->scale, c->epsilon);
  K(store_count)(m, mean, count);
  K(store_count)(v, square, count);
  K(store_count)(out, K(fma)(weight, c->keep, -(c->step * mean / root)), count);
}

static void K(adam)(size_t n, const T *w, const T *g, T *m, T *v, double rate, double beta1,
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
    K(adam_step)(BP_LANES, w + i, g + i, m + i, v + i, &constants, out + i);
  }
  if (i < n) K(adam_step)(n - i, w + i, g + i, m + i, v + i, &constants, out + i);
}
