// Sorting by keys, whole numbers that sort as the numbers at hand do, and searching what is sorted.

INLINE uint64_t K(sort_key)(T x) {
  const uint64_t top = (uint64_t)1 << (8 * sizeof(T) - 1);
#if BP_IS_FLOAT
  if (x != x) return top | (top - 1);
  x += 0;  // -0 equals 0
  BP_WORD bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits & top ? ~(uint64_t)bits & (top | (top - 1)) : bits | top;
#elif BP_IS_HALF
  if (K(value)(x) != K(value)(x)) return top | (top - 1);
  if (x == top) x = 0;
  return x & top ? ~(uint64_t)x & (top - 1) : x | top;
#else
  uint64_t bits = (uint64_t)x & (top | (top - 1));
  return (T)-1 < 0 ? bits ^ top : bits;
#endif
}

static void K(argsort)(size_t n, const T *a, bool descending, bp_ranked *work, int64_t *positions) {
  const uint64_t all = ((uint64_t)1 << (8 * sizeof(T) - 1) << 1) - 1;
  for (size_t i = 0; i < n; i++) {
    uint64_t key = K(sort_key)(a[i]);
    work[i] = (bp_ranked){descending ? ~key & all : key, (int64_t)i};
  }
  const bp_ranked *sorted = bp_sort_ranked(n, sizeof(T), work, work + n);
  for (size_t i = 0; i < n; i++) positions[i] = sorted[i].position;
}

// Whether x comes before y; NaN comes last.
INLINE bool K(precedes)(T x, T y) {
  __auto_type a = K(value)(x), b = K(value)(y);
#if BP_IS_FLOAT || BP_IS_HALF
  return a < b || (b != b && a == a);
#else
  return a < b;
#endif
}

static void K(search)(size_t n, const T *a, size_t m, const T *values, bool right, int64_t *out) {
  for (size_t i = 0; i < m; i++) {
    T value = values[i];
    size_t low = 0, high = n;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      bool goes_on = right ? !K(precedes)(value, a[middle]) : K(precedes)(a[middle], value);
      if (goes_on) low = middle + 1;
      else high = middle;
    }
    out[i] = (int64_t)low;
  }
}
