// More functions on vectors, made of exp's and log's parts: expm1, log1p, log2, log10, sinh, cosh;
// and asin, acos and atan by polynomials of their own.

// What a b is rounded by to give `product`.
INLINE V K(product_rest)(V a, V b, V product) {
#if BP_HAS_FMA
  return __builtin_elementwise_fma(a, b, -product);
#else
  // Dekker's: halves of the digits, whose products are exact.
  const T split = (T)(BP_IS_F32 ? 4097 : 134217729);
  V a_high = a * split, b_high = b * split;
  a_high = a_high - (a_high - a);
  b_high = b_high - (b_high - b);
  V a_low = a - a_high, b_low = b - b_high;
  return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}

INLINE V K(expm1)(V x) {
  const V high = K(splat)((T)(BP_IS_F32 ? 89 : 710)), low = K(splat)((T)(BP_IS_F32 ? -40 : -80));
  V c = high < x ? high : x;
  c = low > c ? low : c;
  K(reduced) p = K(reduce_exp)(c);
  // Of half the size, since 2^n itself may be out of range.
  V scale = K(power_of_two)(p.k - 1);
  V y = K(fma)(scale, K(exp_minus_one_core)(p), scale - (T)0.5);
  // Twice the half of a denormal would be another number.
  return K(absolute)(x) < (T)(BP_IS_F32 ? 0x1p-30 : 0x1p-60) ? x : y + y;
}

// log(1 + x) for 0 <= x <= 1
INLINE V K(log1p_core)(V x) {
  V sum = x + 1;
  V rest = x - (sum - 1);
  return K(log_of)(K(split_log)(sum), rest / sum);
}

INLINE V K(log1p)(V x) {
  V sum = x + 1;
  // What the sum was rounded by, whichever of the two is larger.
  V part = sum - x;
  V rest = (1 - part) + (x - (sum - part));
  V y = K(log_limits)(sum, K(log_of)(K(split_log)(sum), rest / sum));
  return K(absolute)(x) < (T)(BP_IS_F32 ? 0x1p-30 : 0x1p-60) ? x : y;
}

INLINE V K(log2)(V x) {
  K(split) parts = K(split_log)(x);
  V log = K(log_of)((K(split)){.n = K(splat)(0), .f = parts.f}, K(splat)((T)-0.0));
  V low = log * BP_COEFFICIENT(LOG2E_LOW);
  V y = K(fma)(log, K(splat)(BP_COEFFICIENT(LOG2E)), low) + parts.n;
  return K(log_limits)(x, y);
}

INLINE V K(log10)(V x) {
  K(split) parts = K(split_log)(x);
  V log = K(log_of)((K(split)){.n = K(splat)(0), .f = parts.f}, K(splat)((T)-0.0));
  V low = K(fma)(parts.n, K(splat)(BP_COEFFICIENT(LOG10_2_LOW)),
                 log * BP_COEFFICIENT(LOG10E_LOW));
  V y = K(fma)(log, K(splat)(BP_COEFFICIENT(LOG10E)), low);
  return K(log_limits)(x, K(fma)(parts.n, K(splat)(BP_COEFFICIENT(LOG10_2_HIGH)), y));
}

// exp(|x|) / 2, which overflows no sooner than sinh and cosh.
INLINE V K(half_exp)(V x) {
  const V high = K(splat)((T)(BP_IS_F32 ? 90 : 711));
  V a = K(absolute)(x);
  K(reduced) p = K(reduce_exp)(high < a ? high : a);
  p.k -= 1;
  p.n -= 1;
  return K(scaled)(K(exp_minus_one_core)(p) + 1, p);
}

INLINE V K(sinh)(V x) {
  V half = K(half_exp)(x);
  V z = x * x;
  V small = K(fma)(x * z, BP_POLYNOMIAL(SINH_REST, z), x);
  return K(absolute)(x) < 1 ? small : K(with_sign)(half - (T)0.25 / half, x);
}

INLINE V K(cosh)(V x) {
  V half = K(half_exp)(x);
  return half + (T)0.25 / half;
}

INLINE V K(atan)(V x) {
  // Beyond 1, pi/2 - atan(1 / x).
  const V half_pi = K(splat)(BP_COEFFICIENT(HALF_PI));
  const V half_pi_low = K(splat)(BP_COEFFICIENT(HALF_PI_LOW));
  V a = K(absolute)(x);
  VI far = a > 1;
  V b = far ? 1 / a : a;
  V z = b * b;
  V y = K(fma)(b * z, BP_POLYNOMIAL(ATAN_REST, z), b);
  return K(with_sign)(far ? half_pi - (y - half_pi_low) : y, x);
}

// asin(s) = s + rest for s = sqrt(z + z_low), z <= 1/4: the rest.
typedef struct {
  V s, rest;
} K(arc);

// Of |x| <= 1/2 itself, and beyond of sqrt((1 - |x|) / 2), of whose arc the functions are made there.
INLINE K(arc) K(small_arc)(V x) {
  V a = K(absolute)(x);
  VI far = a > (T)0.5;
  V z = far ? (1 - a) * (T)0.5 : a * a;
  V s = far ? __builtin_elementwise_sqrt(z) : a;
  // What the root was rounded by.
  V correction = -K(product_rest)(s, s, z) / (s + s);
  correction = (far & (z > 0)) ? correction : K(splat)(0);
  return (K(arc)){.s = s, .rest = K(fma)(s * z, BP_POLYNOMIAL(ASIN_REST, z), correction)};
}

INLINE V K(asin)(V x) {
  const V half_pi = K(splat)(BP_COEFFICIENT(HALF_PI));
  const V half_pi_low = K(splat)(BP_COEFFICIENT(HALF_PI_LOW));
  K(arc) arc = K(small_arc)(x);
  V far = (half_pi - 2 * arc.s) - (2 * arc.rest - half_pi_low);
  return K(with_sign)(K(absolute)(x) > (T)0.5 ? far : arc.s + arc.rest, x);
}

INLINE V K(acos)(V x) {
  const V half_pi = K(splat)(BP_COEFFICIENT(HALF_PI));
  const V half_pi_low = K(splat)(BP_COEFFICIENT(HALF_PI_LOW));
  K(arc) arc = K(small_arc)(x);
  V s = K(with_sign)(arc.s, x), rest = K(with_sign)(arc.rest, x);
  V near = half_pi - (s - (half_pi_low - rest));
  V twice = 2 * (arc.s + arc.rest);
  V beyond = 2 * half_pi - (2 * arc.s - (2 * half_pi_low - 2 * arc.rest));
  return K(absolute)(x) > (T)0.5 ? (x > 0 ? twice : beyond) : near;
}

INLINE T K(tan)(T x) {
#if BP_IS_F32
  return tanf(x);
#else
  return tan(x);
#endif
}
