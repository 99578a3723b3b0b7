// exp, log, tanh, sigmoid and erf on vectors: range reduction, then a minimax polynomial from
// coefficients.h. Largest errors measured against higher precision are in MathAccuracyTests. What
// is made of these is in more_functions.h and activations.h.

// c[0] + c[1] x + … + c[degree] x^degree
INLINE V K(polynomial)(V x, const T *c, int degree) {
  V sum = K(splat)(c[degree]);
  for (int i = degree - 1; i >= 0; i--) sum = K(fma)(sum, x, K(splat)(c[i]));
  return sum;
}
#define BP_POLYNOMIAL(name, x)                                                                     \
  ({                                                                                               \
    static const T coefficients_[] = BP_COEFFICIENT(name);                                         \
    K(polynomial)(x, coefficients_, (int)(sizeof coefficients_ / sizeof(T)) - 1);                  \
  })

// 2^k for a normal result.
INLINE V K(power_of_two)(VI k) { return (V)((k + BP_EXPONENT_BIAS) << BP_MANTISSA_BITS); }

// x = n ln 2 + r + tail with |r| <= ln(2) / 2, tail what r was rounded by; n is whole, as a number
// and as an integer.
typedef struct {
  V n, r, tail;
  VI k;
} K(reduced);

INLINE K(reduced) K(reduce_exp)(V x) {
  // Adding 1.5 * 2^mantissa pushes the fraction out: the sum's low bits are the whole number.
  const V magic = K(splat)((T)(BP_IS_F32 ? 0x1.8p23 : 0x1.8p52));
  V shifted = K(fma)(x, K(splat)(BP_COEFFICIENT(LOG2E)), magic);
  K(reduced) result;
  result.n = shifted - magic;
  result.k = K(bits)(shifted) - K(bits)(magic);
  const V ln2_low = K(splat)(BP_COEFFICIENT(LN2_LOW));
  V exact = K(fma)(-result.n, K(splat)(BP_COEFFICIENT(LN2_HIGH)), x);
  result.r = K(fma)(-result.n, ln2_low, exact);
  result.tail = K(fma)(-result.n, ln2_low, exact - result.r);
  return result;
}

// exp(r + tail) - 1 for |r| <= ln(2) / 2
INLINE V K(exp_minus_one_core)(K(reduced) p) {
  V rest = K(fma)(p.r * p.r, BP_POLYNOMIAL(EXP_REST, p.r), p.tail);
  return p.r + rest;
}

// y 2^n, rounded once.
INLINE V K(scaled)(V y, K(reduced) p) {
#if BP_AVX512 && BP_IS_F32
  return (V)_mm512_scalef_ps((__m512)y, (__m512)p.n);
#elif BP_AVX512
  return (V)_mm512_scalef_pd((__m512d)y, (__m512d)p.n);
#else
  // In two steps, since 2^k itself may be out of range; only the second can round.
  VI half = p.k >> 1;
  return y * K(power_of_two)(half) * K(power_of_two)(p.k - half);
#endif
}

INLINE V K(exp)(V x) {
  // Beyond these the result has overflowed or vanished. The comparisons let NaN through.
  const V high = K(splat)((T)(BP_IS_F32 ? 89 : 710)), low = K(splat)((T)(BP_IS_F32 ? -104 : -746));
  V c = high < x ? high : x;
  c = low > c ? low : c;
  K(reduced) p = K(reduce_exp)(c);
  return K(scaled)(K(exp_minus_one_core)(p) + 1, p);
}

// x = 2^n (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), for positive finite x.
typedef struct {
  V n, f;
} K(split);

INLINE K(split) K(split_log)(V x) {
  const V smallest = K(splat)((T)(BP_IS_F32 ? 0x1p-126 : 0x1p-1022));
  const V lift = K(splat)((T)(BP_IS_F32 ? 0x1p24 : 0x1p54));
  const BP_INT lift_bits = BP_IS_F32 ? 24 : 54;
  // Denormals are lifted first.
  VI tiny = x < smallest;
  VI b = K(bits)(tiny ? x * lift : x);
  const VI root = K(bits)(K(splat)((T)0x1.6a09e667f3bcdp-1));
  b -= root;
  VI k = (b >> BP_MANTISSA_BITS) - (tiny & lift_bits);
  V m = (V)((b & (((BP_INT)1 << BP_MANTISSA_BITS) - 1)) + root);
  return (K(split)){.n = __builtin_convertvector(k, V), .f = m - 1};
}

// n ln 2 + log(1 + f) + rest, for a rest that is small beside what it is added to. (-0 is no rest.)
INLINE V K(log_of)(K(split) x, V rest) {
  V n = x.n, f = x.f;
  V half_square = (f * (T)0.5) * f;
#if BP_IS_F32
  V y = f * f * f * BP_POLYNOMIAL(LOG_REST, f);
  y = K(fma)(n, K(splat)(BP_COEFFICIENT(LN2_LOW)), y) + rest;
  y = (y - half_square) + f;
  return K(fma)(n, K(splat)(BP_COEFFICIENT(LN2_HIGH)), y);
#else
  // log(1 + f) = 2 atanh(s) with s = f / (2 + f), arranged so that f enters unrounded.
  V s = f / (f + 2);
  V z = s * s;
  V more = z * BP_POLYNOMIAL(LOG_REST, z);
  V low = K(fma)(n, K(splat)(BP_COEFFICIENT(LN2_LOW)), s * (half_square + more)) + rest;
  return K(fma)(n, K(splat)(BP_COEFFICIENT(LN2_HIGH)), f - (half_square - low));
#endif
}

// y where x is positive and finite, and what a logarithm of x is elsewhere.
INLINE V K(log_limits)(V x, V y) {
  const V infinity = K(splat)((T)INFINITY);
  y = x < infinity ? y : x;
  return x > 0 ? y : (x == 0 ? -infinity : K(splat)((T)NAN));
}

INLINE V K(log)(V x) {
  return K(log_limits)(x, K(log_of)(K(split_log)(x), K(splat)((T)-0.0)));
}

INLINE V K(tanh)(V x) {
  // With e = exp(-2 |x|) - 1: -e / (2 + e), which keeps its digits near 0, and farther out
  // 1 - 2 (e + 1) / (2 + e), where the rounding of the quotient matters less. One division serves.
  const V low = K(splat)((T)(BP_IS_F32 ? -40 : -80));
  V z = K(absolute)(x) * -2;
  z = low > z ? low : z;
  K(reduced) p = K(reduce_exp)(z);
#if BP_IS_F32
  // The tail would not show beside the other roundings.
  V rest = K(fma)(p.r * p.r, BP_POLYNOMIAL(EXP_REST, p.r), p.r);
#else
  V rest = K(exp_minus_one_core)(p);
#endif
  V scale = K(power_of_two)(p.k);
  V e = K(fma)(scale, rest, scale - 1);
  V twice_exp = K(fma)(scale + scale, rest, scale + scale);
  VI near = z > (T)-1.1;
  V quotient = (near ? e : twice_exp) / (e + 2);
  return K(with_sign)((near ? K(splat)(0) : K(splat)(1)) - quotient, x);
}

INLINE V K(sigmoid)(V x) {
  // exp(-|x|) cannot overflow.
  V e = K(exp)(-K(absolute)(x));
  return (x < 0 ? e : K(splat)(1)) / (e + 1);
}

INLINE V K(erf)(V x) {
  V a = K(absolute)(x);
  V small = K(fma)(x, BP_POLYNOMIAL(ERF_SMALL, x * x), x);
  // 1 - exp(-q(|x|)) with a polynomial q for -log(erfc); beyond the limit erf rounds to 1.
  const V limit = K(splat)((T)(BP_IS_F32 ? 4 : 6));
  V t = (limit < a ? limit : a) - 1;
  K(reduced) p = K(reduce_exp)(-BP_POLYNOMIAL(ERFC_EXPONENT, t));
  V complement = (K(exp_minus_one_core)(p) + 1) * K(power_of_two)(p.k);
  return a < 1 ? small : K(with_sign)(1 - complement, x);
}
