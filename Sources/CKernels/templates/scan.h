// Cumulative reductions along the rows of a matrix, all columns beside one another. The order of
// operations is that of the rows.

// Columns whose state is held at a time.
#define BP_SCAN_COLUMNS 32

// state: what is known of the rows so far, from `first` on; `next` takes in y, `value` is the result.
#define BP_SCAN(name, state, first, next, value)                                              \
  static void K(scan_##name)(size_t n, size_t columns, const T *a, ptrdiff_t step, T *out) {  \
    for (size_t start = 0; start < columns; start += BP_SCAN_COLUMNS) {                       \
      size_t count = columns - start < BP_SCAN_COLUMNS ? columns - start : BP_SCAN_COLUMNS;   \
      state x[BP_SCAN_COLUMNS];                                                               \
      for (size_t j = 0; j < count; j++) x[j] = first;                                        \
      for (size_t i = 0; i < n; i++) {                                                        \
        ptrdiff_t at = (ptrdiff_t)i * step + (ptrdiff_t)start;                                \
        for (size_t j = 0; j < count; j++) {                                                  \
          T y = a[at + (ptrdiff_t)j];                                                         \
          x[j] = next(x[j], y);                                                               \
          out[at + (ptrdiff_t)j] = value(x[j]);                                               \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
  }

INLINE T K(itself)(T x) { return x; }

#if BP_IS_FLOAT
// A sum and what was lost in rounding it, which is smaller than the sum's last place: no less exact
// than adding pairwise.
typedef struct {
  T sum, rest;
} K(long_sum);

INLINE K(long_sum) K(add_to)(K(long_sum) x, T y) {
  T sum = x.sum + y;
  T large = x.sum < 0 ? -x.sum : x.sum, small = y < 0 ? -y : y;
  T lost = large >= small ? (x.sum - sum) + y : (y - sum) + x.sum;
  // Of an infinite sum, nothing is lost that could be told.
  if (lost - lost != 0) return (K(long_sum)){sum, 0};
  T rest = x.rest + lost, whole = sum + rest;
  return (K(long_sum)){whole, rest - (whole - sum)};
}
INLINE T K(sum_of)(K(long_sum) x) { return x.sum; }
INLINE T K(product_with)(T x, T y) { return x * y; }
INLINE T K(max_with)(T x, T y) { return x > y || x != x ? x : y; }
INLINE T K(min_with)(T x, T y) { return x < y || x != x ? x : y; }
BP_SCAN(sum, K(long_sum), ((K(long_sum)){0, 0}), K(add_to), K(sum_of))
BP_SCAN(product, T, 1, K(product_with), K(itself))
BP_SCAN(max, T, (T)-INFINITY, K(max_with), K(itself))
BP_SCAN(min, T, (T)INFINITY, K(min_with), K(itself))

// out[i] = b[i] + a[i] out[i - 1] along rows; 0 before the first.
static void K(recurrence)(size_t n, size_t columns, const T *a, const T *b, ptrdiff_t step, T *out) {
  for (size_t i = 0; i < n; i++) {
    ptrdiff_t at = (ptrdiff_t)i * step;
    for (size_t j = 0; j < columns; j++) {
      T before = i > 0 ? out[at - step + (ptrdiff_t)j] : 0;
      out[at + (ptrdiff_t)j] = i > 0 ? b[at + (ptrdiff_t)j] + a[at + (ptrdiff_t)j] * before
                                     : b[at + (ptrdiff_t)j];
    }
  }
}
#else
#define X(NAME, name, identity, ...)                           \
  INLINE T K(name##_with)(T x, T y) { return (T)(__VA_ARGS__); } \
  BP_SCAN(name, T, identity, K(name##_with), K(itself))
BP_REDUCTION_LIST(X)
#undef X
#endif

#undef BP_SCAN
#undef BP_SCAN_COLUMNS
