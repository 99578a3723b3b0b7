// a^b with the meaning of C's pow, special values included.

#if BP_IS_F32
typedef double power_half __attribute__((ext_vector_type(BP_LANES / 2)));

// Positive finite a to a finite power: in double, so that the error of b log a does not show.
INLINE V power_positive_f32(V a, V b) {
  vector_f64 low = exp_f64(log_f64(__builtin_convertvector(a.lo, power_half)) *
                           __builtin_convertvector(b.lo, power_half));
  vector_f64 high = exp_f64(log_f64(__builtin_convertvector(a.hi, power_half)) *
                            __builtin_convertvector(b.hi, power_half));
  V result;
  result.lo = __builtin_convertvector(low, __typeof__(result.lo));
  result.hi = __builtin_convertvector(high, __typeof__(result.hi));
  return result;
}

static void power_loop_f32(size_t n, const void *left, const void *right, void *target) {
  const float *a = left, *b = right;
  float *out = target;
  for (size_t i = 0; i < n; i += BP_LANES) {
    size_t count = n - i < BP_LANES ? n - i : BP_LANES;
    V x = count == BP_LANES ? K(load)(a + i) : K(load_part)(a + i, count, 1);
    V y = count == BP_LANES ? K(load)(b + i) : K(load_part)(b + i, count, 1);
    V size = K(absolute)(x), half = y * 0.5f;
    V result = power_positive_f32(size, y);
    // A negative base has a real power only if the exponent is whole; the sign stays if it is odd.
    VI whole = __builtin_elementwise_floor(y) == y;
    VI odd = whole & (__builtin_elementwise_floor(half) != half);
    result = odd ? K(with_sign)(result, x) : result;
    VI plain = (size > 0) & (size < (T)INFINITY) & (K(absolute)(y) < (T)INFINITY);
    plain &= (x > 0) | whole;
    if (K(any)(~plain)) {
      for (size_t j = 0; j < count; j++) {
        if (!plain[j]) result[j] = powf(x[j], y[j]);
      }
    }
    if (count == BP_LANES) {
      K(store)(out + i, result);
    } else {
      K(store_part)(out + i, result, count);
    }
  }
}
#else
static void power_loop_f64(size_t n, const void *left, const void *right, void *target) {
  const double *a = left, *b = right;
  double *out = target;
  for (size_t i = 0; i < n; i++) out[i] = pow(a[i], b[i]);
}
#endif

// sqrt, but as pow has it: +0 for -0 and inf for -inf.
static void K(power_half_loop)(size_t n, const T *a, T *out) {
  const V minus_infinity = K(splat)((T)-INFINITY);
  for (size_t i = 0; i < n; i += BP_LANES) {
    size_t count = n - i < BP_LANES ? n - i : BP_LANES;
    V x = count == BP_LANES ? K(load)(a + i) : K(load_part)(a + i, count, 1);
    V y = x == minus_infinity ? -minus_infinity : __builtin_elementwise_sqrt(x) + 0;
    if (count == BP_LANES) {
      K(store)(out + i, y);
    } else {
      K(store_part)(out + i, y, count);
    }
  }
}

// One exponent for all: the common ones without pow. False if the exponent is another.
static bool K(power_by_constant)(size_t n, const T *a, T exponent, T *out) {
  if (exponent == 2) {
    K(square_loop)(n, a, out);
  } else if (exponent == 3) {
    K(cube_loop)(n, a, out);
  } else if (exponent == (T)0.5) {
    K(power_half_loop)(n, a, out);
  } else if (exponent == -1) {
    K(reciprocal_loop)(n, a, out);
  } else if (exponent == 1) {
    if (n > 0) memmove(out, a, n * sizeof(T));
  } else if (exponent == 0) {
    K(fill)(n, 1, out);
  } else {
    return false;
  }
  return true;
}
