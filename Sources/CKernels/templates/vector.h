// A vector of BP_LANES numbers and what the other templates need of it: loads, stores, choices and
// folds. Clang's vector extensions carry most of it; only partial loads and stores, and powers of
// two, are spelled per instruction set.

typedef T K(vector) __attribute__((ext_vector_type(BP_LANES)));
typedef BP_INT K(integers) __attribute__((ext_vector_type(BP_LANES)));
typedef BP_WORD K(words) __attribute__((ext_vector_type(BP_LANES)));
typedef uint8_t K(bytes) __attribute__((ext_vector_type(BP_LANES)));
#define V K(vector)
#define VI K(integers)
#define VU K(words)

INLINE V K(splat)(T value) { return (V)(value); }

// What a number is worth, where it is not stored as itself.
INLINE T K(value)(T x) { return x; }

INLINE V K(load)(const T *p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

INLINE void K(store)(T *p, V v) { __builtin_memcpy(p, &v, sizeof v); }

// a b + c, rounded once where the instruction set can. Written out, not left to contraction, so
// that debug and release builds compute the same bits.
INLINE V K(fma)(V a, V b, V c) {
#if BP_HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE VI K(iota)(void) {
  VI v;
  for (int i = 0; i < BP_LANES; i++) v[i] = i;
  return v;
}

// The first `count` numbers at p (0 < count < BP_LANES), and `fill` in the lanes after them. Reads
// nothing beyond them.
INLINE V K(load_part)(const T *p, size_t count, T fill) {
#if BP_AVX512 && BP_IS_F32
  return (V)_mm512_mask_loadu_ps((__m512)K(splat)(fill), (__mmask16)((1u << count) - 1), p);
#elif BP_AVX512
  return (V)_mm512_mask_loadu_pd((__m512d)K(splat)(fill), (__mmask8)((1u << count) - 1), p);
#elif BP_AVX2 && BP_IS_F32
  VI mask = K(iota)() < (BP_INT)count;
  return mask ? (V)_mm256_maskload_ps(p, (__m256i)mask) : K(splat)(fill);
#elif BP_AVX2
  VI mask = K(iota)() < (BP_INT)count;
  return mask ? (V)_mm256_maskload_pd(p, (__m256i)mask) : K(splat)(fill);
#else
  T lanes[BP_LANES];
  for (size_t i = 0; i < BP_LANES; i++) lanes[i] = fill;
  for (size_t i = 0; i < count; i++) lanes[i] = p[i];
  return K(load)(lanes);
#endif
}

// Writes the first `count` lanes (0 < count < BP_LANES) and nothing beyond them.
INLINE void K(store_part)(T *p, V v, size_t count) {
#if BP_AVX512 && BP_IS_F32
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#elif BP_AVX512
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), (__m512d)v);
#elif BP_AVX2 && BP_IS_F32
  store_first_f32(p, count, (__m256)v);
#elif BP_AVX2
  store_first_f64(p, count, (__m256d)v);
#else
  T lanes[BP_LANES];
  K(store)(lanes, v);
  for (size_t i = 0; i < count; i++) p[i] = lanes[i];
#endif
}

// Whole vectors and parts of one alike, where a step is written once for both.
INLINE V K(load_count)(const T *p, size_t count) {
  return count == BP_LANES ? K(load)(p) : K(load_part)(p, count, 0);
}
INLINE void K(store_count)(T *p, V v, size_t count) {
  if (count == BP_LANES) {
    K(store)(p, v);
  } else {
    K(store_part)(p, v, count);
  }
}

INLINE VI K(bits)(V v) { return (VI)v; }

INLINE V K(absolute)(V v) {
  return (V)((VU)v & (((BP_WORD)1 << (sizeof(T) * 8 - 1)) - 1));
}

// |magnitude| with the sign of `sign`.
INLINE V K(with_sign)(V magnitude, V sign) {
  VU top = (VU)(BP_WORD)((BP_WORD)1 << (sizeof(T) * 8 - 1));
  return (V)(((VU)magnitude & ~top) | ((VU)sign & top));
}

// NaN if either is NaN.
INLINE V K(maximum)(V a, V b) { return ((a > b) | (a != a)) ? a : b; }
INLINE V K(minimum)(V a, V b) { return ((a < b) | (a != a)) ? a : b; }
// b if either is NaN: one instruction where the processor has it.
INLINE V K(larger)(V a, V b) { return a > b ? a : b; }

// The lanes exchanged at a distance: fold a vector by combining it with itself at 8, 4, 2, 1.
#if BP_LANES == 16
#define BP_EXCHANGES(f, v)                                                                         \
  v = f(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));  \
  v = f(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));  \
  v = f(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));  \
  v = f(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14))
#elif BP_LANES == 8
#define BP_EXCHANGES(f, v)                                                                         \
  v = f(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));                                 \
  v = f(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));                                 \
  v = f(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6))
#elif BP_LANES == 4
#define BP_EXCHANGES(f, v)                                                                         \
  v = f(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));                                             \
  v = f(v, __builtin_shufflevector(v, v, 1, 0, 3, 2))
#else
#define BP_EXCHANGES(f, v) v = f(v, __builtin_shufflevector(v, v, 1, 0))
#endif

INLINE V K(add)(V a, V b) { return a + b; }
INLINE VI K(either)(VI a, VI b) { return a | b; }

INLINE T K(fold_add)(V v) {
  BP_EXCHANGES(K(add), v);
  return v[0];
}
INLINE T K(fold_larger)(V v) {
  BP_EXCHANGES(K(larger), v);
  return v[0];
}
INLINE bool K(any)(VI mask) {
  BP_EXCHANGES(K(either), mask);
  return mask[0] != 0;
}

// buffer[i] = a[i stride]
static void K(gather)(size_t n, const T *a, ptrdiff_t stride, T *buffer) {
  if (stride == 0) {
    V v = K(splat)(*a);
    size_t i = 0;
    for (; i + BP_LANES <= n; i += BP_LANES) K(store)(buffer + i, v);
    if (i < n) K(store_part)(buffer + i, v, n - i);
  } else {
    for (size_t i = 0; i < n; i++) buffer[i] = a[(ptrdiff_t)i * stride];
  }
}
