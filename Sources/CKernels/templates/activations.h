// Activations and their slopes on vectors, right to the last digits where a formula as written
// would overflow, cancel or vanish: far out, each is computed of exp(-|x|).

// exp(-(high + low)) = y 2^n for high >= 0, with y in [0.7, 1.42].
typedef struct {
  V y;
  K(reduced) p;
} K(decay);

INLINE K(decay) K(decay_by)(V high, V low) {
  K(reduced) p = K(reduce_exp)(-high);
  V e = K(exp_minus_one_core)(p);
  return (K(decay)){.y = 1 + (e - K(fma)(e, low, low)), .p = p};
}

// |x|, but no more than `limit`; NaN stays.
INLINE V K(at_most)(V x, T limit) {
  V a = K(absolute)(x);
  return a > limit ? K(splat)(limit) : a;
}

// Beyond this x exp(-x) is 0.
#define BP_VANISHED ((T)(BP_IS_F32 ? 120 : 760))

// x / (1 + exp(-w)) for a w of the sign of x, given exp(-|w|). A product that ends among the
// denormals is rounded once.
INLINE V K(gated)(V x, K(decay) decay) {
  V e = K(scaled)(decay.y, decay.p);
  V quotient = (x < 0 ? x * decay.y : x) / (e + 1);
  return x < 0 ? K(scaled)(quotient, decay.p) : quotient;
}

// s (1 + factor (1 - s)) for s = 1 / (1 + exp(-w)), given e = exp(-|w|); `negative` where w is.
INLINE V K(gated_slope)(VI negative, V factor, V e) {
  V inverse = 1 / (e + 1);
  V s = (negative ? e : K(splat)(1)) * inverse, rest = (negative ? K(splat)(1) : e) * inverse;
  return K(fma)(s * factor, rest, s);
}

// What is far below zero has vanished; it stays finite, so that the product is 0 there too.
INLINE V K(not_below)(V x, T limit) { return x < limit ? K(splat)(limit) : x; }

INLINE V K(silu)(V x) {
  V a = K(at_most)(x, BP_VANISHED);
  return K(gated)(K(not_below)(x, -BP_VANISHED), K(decay_by)(a, K(splat)(0)));
}

INLINE V K(silu_slope)(V x) {
  V a = K(at_most)(x, BP_VANISHED);
  return K(gated_slope)(x < 0, x < 0 ? -a : a, K(exp)(-a));
}

// The tanh approximation of gelu is x / (1 + exp(-w)) with w = x (c + d x^2), here of a = |x|. Far
// out w needs more digits than a number has.
#define BP_TANH_GELU_LIMIT ((T)(BP_IS_F32 ? 12 : 22.5))

INLINE K(decay) K(gelu_tanh_decay)(V a) {
  const V c = K(splat)(BP_COEFFICIENT(TANH_GELU_C)), d = K(splat)(BP_COEFFICIENT(TANH_GELU_D));
  const V c_low = K(splat)(BP_COEFFICIENT(TANH_GELU_C_LOW));
  const V d_low = K(splat)(BP_COEFFICIENT(TANH_GELU_D_LOW));
  V square = a * a;
  V square_low = K(product_rest)(a, a, square);
  V term = d * square;
  V term_low = K(product_rest)(d, square, term);
  term_low = K(fma)(d, square_low, K(fma)(d_low, square, term_low));
  V sum = c + term;
  V part = sum - c;
  V sum_low = ((c - (sum - part)) + (term - part)) + (term_low + c_low);
  V w = a * sum;
  return K(decay_by)(w, K(fma)(a, sum_low, K(product_rest)(a, sum, w)));
}

INLINE V K(gelu_tanh)(V x) {
  return K(gated)(K(not_below)(x, -BP_TANH_GELU_LIMIT),
                  K(gelu_tanh_decay)(K(at_most)(x, BP_TANH_GELU_LIMIT)));
}

INLINE V K(gelu_tanh_slope)(V x) {
  V a = K(at_most)(x, BP_TANH_GELU_LIMIT);
  K(decay) decay = K(gelu_tanh_decay)(a);
  const T c = BP_COEFFICIENT(TANH_GELU_C), d = BP_COEFFICIENT(TANH_GELU_D);
  V factor = a * (3 * d * a * a + c);
  return K(gated_slope)(x < 0, x < 0 ? -factor : factor, K(scaled)(decay.y, decay.p));
}

#define BP_GELU_LIMIT ((T)(BP_IS_F32 ? 15 : 39.5))

// exp(-a^2 / 2)
INLINE K(decay) K(bell)(V a) {
  V half = a * (T)0.5, high = a * half;
  return K(decay_by)(high, K(product_rest)(a, half, high));
}

// (a + c) Phi(-a) / exp(-a^2 / 2) for a >= 0, Phi the distribution function of the normal
// distribution, given `share` = a / (a + c).
INLINE V K(mills)(V share) {
  V t = K(fma)(share, K(splat)(2), K(splat)(-1));
  return BP_POLYNOMIAL(MILLS, t);
}

INLINE V K(gelu)(V x) {
  V a = K(at_most)(x, BP_GELU_LIMIT);
  K(decay) bell = K(bell)(a);
  // What the share is rounded by grows in one factor and shrinks in the other.
  V share = a / (a + (T)BP_COEFFICIENT(MILLS_POLE));
  V y = bell.y * K(mills)(share) * share;
  // x Phi(x), and x - x Phi(-x) from 0 on.
  V tail = K(scaled)(y, bell.p);
  return x > 0 ? x - tail : K(with_sign)(tail, x);
}

INLINE V K(gelu_slope)(V x) {
  // Phi(x) + x phi(x)
  V a = K(at_most)(x, BP_GELU_LIMIT);
  K(decay) bell = K(bell)(a);
  V inverse = 1 / (a + (T)BP_COEFFICIENT(MILLS_POLE));
  V ratio = K(mills)(a * inverse) * inverse;
  V slope = K(fma)(-a, K(splat)(BP_COEFFICIENT(DENSITY)), ratio) * bell.y;
  V below = K(scaled)(slope, bell.p);
  return x < 0 ? below : 1 - below;
}

// With e = exp(x) and n = e (e + 2), tanh(log(1 + e)) = n / (n + 2). Beyond 20 that is 1.
INLINE V K(mish)(V x) {
  V c = K(not_below)(x > 20 ? K(splat)(20) : x, -BP_VANISHED);
  K(reduced) p = K(reduce_exp)(c);
  V y = K(exp_minus_one_core)(p) + 1;
  V part = K(fma)(y, K(scaled)(y, p), y + y);
  return x > 20 ? x : K(scaled)(c * part / (K(scaled)(part, p) + 2), p);
}

INLINE V K(mish_slope)(V x) {
  V c = K(not_below)(x > 20 ? K(splat)(20) : x, -BP_VANISHED);
  V e = K(exp)(c);
  V n = e * (e + 2), inverse = 1 / (n + 2);
  // 1 - tanh^2 = 4 (1 + e)^2 / (n + 2)^2, and the slope of log(1 + e) is e / (1 + e).
  V slope = n * inverse + c * (4 * e * (e + 1)) * (inverse * inverse);
  return x > 20 ? K(splat)(1) : slope;
}

// log(1 + exp(x)) - max(x, 0), and that of x + low, where low is what x was rounded by.
INLINE V K(softplus_rest)(V x) { return K(log1p_core)(K(exp)(-K(absolute)(x))); }

INLINE V K(softplus_rest_of_sum)(V x, V low) {
  V e = K(exp)(-K(absolute)(x));
  return K(log1p_core)(K(fma)(e, x < 0 ? low : -low, e));
}

INLINE V K(log_sigmoid)(V x) { return (x < 0 ? x : K(splat)(0)) - K(softplus_rest)(x); }

// log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.
INLINE V K(softplus)(V x, V beta, V threshold) {
  V z = x * beta;
  V low = K(product_rest)(x, beta, z);
  // Far out there is none to be found, nor does it count.
  low = ((K(absolute)(z) < 1000) & (low == low)) ? low : K(splat)(0);
  V y = (z > 0 ? x : K(splat)(0)) + K(softplus_rest_of_sum)(z, low) / beta;
  return z > threshold ? x : y;
}

INLINE V K(softplus_slope)(V x, V beta, V threshold) {
  V z = x * beta;
  return z > threshold ? K(splat)(1) : K(sigmoid)(z);
}

INLINE V K(elu)(V x, V below, V above) { return x > 0 ? x * above : below * K(expm1)(x); }

INLINE V K(elu_slope)(V x, V below, V above) { return x > 0 ? above : below * K(exp)(x); }

// max(0, min(x + 3, 6)), of which the hard activations are sixths.
INLINE V K(ramp)(V x) {
  V y = x + 3;
  y = y < 0 ? K(splat)(0) : y;
  return y > 6 ? K(splat)(6) : y;
}

INLINE V K(hard_swish)(V x) {
  return x <= -3 ? K(splat)((T)-0.0) : x * (K(ramp)(x) / 6);
}

INLINE V K(hard_swish_slope)(V x) {
  V slope = x / 3 + (T)0.5;
  return x <= -3 ? K(splat)(0) : (x >= 3 ? K(splat)(1) : slope);
}

// Losses of one number and its target.

// d^2 / 2, and a straight line where |d| > bend.
INLINE V K(huber)(V d, V bend) {
  V a = K(absolute)(d);
  return a > bend ? bend * (a - bend * (T)0.5) : d * (T)0.5 * d;
}

// (1 - t) log(1 + exp(x)) + t weight log(1 + exp(-x)), where 0 times infinity counts 0.
INLINE V K(binary_cross_entropy)(V x, V t, V weight) {
  V rest = K(softplus_rest)(x), zero = K(splat)(0);
  V no = 1 - t, yes = t * weight;
  return (no == 0 ? zero : no * ((x > 0 ? x : zero) + rest)) +
         (yes == 0 ? zero : yes * ((x < 0 ? -x : zero) + rest));
}

INLINE V K(binary_cross_entropy_slope)(V x, V t, V weight) {
  V e = K(exp)(-K(absolute)(x));
  V inverse = 1 / (e + 1), one = K(splat)(1);
  return (1 - t) * ((x < 0 ? e : one) * inverse) - t * weight * ((x < 0 ? one : e) * inverse);
}
