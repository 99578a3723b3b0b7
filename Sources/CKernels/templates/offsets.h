// Adding elements wherever they lie, each by its offset, in the order of the offsets.

#if BP_IS_FLOAT
#define BP_SUM(x, y) ((x) + (y))
#else
#define BP_SUM(x, y) (T)((W)(x) + (W)(y))
#endif

static void K(add_elements)(size_t n, const T *a, ptrdiff_t sa, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) {
    T *to = out + offsets[i];
    *to = BP_SUM(*to, a[(ptrdiff_t)i * sa]);
  }
}

#undef BP_SUM
