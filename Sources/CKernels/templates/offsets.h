// Elements wherever they lie, each by its offset. Loops in the order of the offsets: of two elements
// that go to one place, the last stays, and sums are added up in that order.

#if BP_IS_FLOAT
#define BP_SUM(x, y) ((x) + (y))
#else
#define BP_SUM(x, y) (T)((W)(x) + (W)(y))
#endif

static void K(gather_elements)(size_t n, const T *a, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) out[i] = a[offsets[i]];
}

static void K(scatter_elements)(size_t n, const T *a, ptrdiff_t sa, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) out[offsets[i]] = a[(ptrdiff_t)i * sa];
}

static void K(add_elements)(size_t n, const T *a, ptrdiff_t sa, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) {
    T *to = out + offsets[i];
    *to = BP_SUM(*to, a[(ptrdiff_t)i * sa]);
  }
}

#undef BP_SUM
