// Conversions of one type, T with the suffix S, to all types; BP_IS_FLOAT says whether T holds
// fractions.

#define BP_TO_FLAG(value, U, low, high) ((value) != 0)
#define BP_TO_FLOAT(value, U, low, high) ((U)(value))
#if BP_IS_FLOAT
// As double, in which the bounds are exact but for the largest int64, which rounds up: all that is
// below it still fits. NaN fails every comparison.
#define BP_TO_WHOLE(value, U, low, high)    \
  ((value) <= (double)(low)    ? (U)(low)   \
   : (value) >= (double)(high) ? (U)(high)  \
   : (value) == (value)        ? (U)(value) \
                               : 0)
#else
#define BP_TO_WHOLE(value, U, low, high)              \
  ((int64_t)(value) < (int64_t)(low)    ? (U)(low)    \
   : (int64_t)(value) > (int64_t)(high) ? (U)(high)   \
                                        : (U)(value))
#endif

#define X(NAME, suffix, U, KIND, low, high)                                     \
  static void K(to_##suffix)(size_t n, const void *source, void *target) {      \
    const T *from = source;                                                     \
    U *to = target;                                                             \
    for (size_t i = 0; i < n; i++) to[i] = BP_TO_##KIND(from[i], U, low, high); \
  }
BP_SCALARS(X)
#undef X

#define X(NAME, suffix, ...) [BP_##NAME] = K(to_##suffix),
static const bp_unary_function K(conversions)[BP_SCALAR_COUNT] = {BP_SCALARS(X)};
#undef X

#undef BP_TO_FLAG
#undef BP_TO_FLOAT
#undef BP_TO_WHOLE
#undef S
#undef T
