// Conversions of one type, T with the suffix S, to all types: of what K(value) says a number is worth.
// BP_IS_FLOAT says whether T holds fractions.

#define BP_TO_FLAG(value, U, low, high) ((value) != 0)
#define BP_TO_FLOAT(value, U, low, high) ((U)(value))
#define BP_TO_HALF(value, U, low, high) BP_F16_OF(value)
#define BP_TO_BRAIN(value, U, low, high) BP_BF16_OF(value)
#if BP_IS_FLOAT
// As double, in which the bounds are exact but for the largest of 64 bits, which round up: all that is
// below them still fits. NaN fails every comparison.
#define BP_TO_WHOLE(value, U, low, high)    \
  ((value) <= (double)(low)    ? (U)(low)   \
   : (value) >= (double)(high) ? (U)(high)  \
   : (value) == (value)        ? (U)(value) \
                               : 0)
#else
// Compared in T, and only with a bound that T goes beyond.
#define BP_LARGEST_T (((T)-1 < 0 ? (uint64_t)INT64_MAX : UINT64_MAX) >> (64 - 8 * sizeof(T)))
#define BP_SMALLEST_T ((T)-1 < 0 ? -(int64_t)BP_LARGEST_T - 1 : 0)
#define BP_TO_WHOLE(value, U, low, high)                                     \
  (BP_SMALLEST_T < (int64_t)(low) && (value) < (T)(low)    ? (U)(low)        \
   : BP_LARGEST_T > (uint64_t)(high) && (value) > (T)(high) ? (U)(high)      \
                                                            : (U)(value))
#endif

#define X(NAME, suffix, U, KIND, low, high)                                               \
  static void K(to_##suffix)(size_t n, const void *source, void *target) {                \
    const T *from = source;                                                               \
    U *to = target;                                                                       \
    for (size_t i = 0; i < n; i++) to[i] = BP_TO_##KIND(K(value)(from[i]), U, low, high); \
  }
BP_SCALARS(X)
#undef X

#define X(NAME, suffix, ...) [BP_##NAME] = K(to_##suffix),
static const bp_unary_function K(conversions)[BP_SCALAR_COUNT] = {BP_SCALARS(X)};
#undef X

#undef BP_TO_FLAG
#undef BP_TO_FLOAT
#undef BP_TO_HALF
#undef BP_TO_BRAIN
#undef BP_TO_WHOLE
#undef BP_LARGEST_T
#undef BP_SMALLEST_T
#undef S
#undef T
