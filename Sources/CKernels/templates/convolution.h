// What turns a convolution into a matrix product: the numbers under each window of a plane as a
// column (im2col), and the way back.

// The windows first ..< last along one axis whose element at `offset` lies inside the axis.
INLINE void K(windows_inside)(ptrdiff_t offset, ptrdiff_t stride, ptrdiff_t length, ptrdiff_t count,
                              ptrdiff_t *first, ptrdiff_t *last) {
  *first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  *last = offset >= length ? 0 : (length - 1 - offset) / stride + 1;
  if (*first > count) *first = count;
  if (*last > count) *last = count;
  if (*last < *first) *last = *first;
}

// Rows are short: a call for each would take longer than the copy.
INLINE void K(copy_row)(size_t n, const T *a, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) K(store)(out + i, K(load)(a + i));
  if (i < n) K(store_part)(out + i, K(load_part)(a + i, n - i, 0), n - i);
}

INLINE void K(add_row)(size_t n, const T *a, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) K(store)(out + i, K(load)(out + i) + K(load)(a + i));
  if (i < n) {
    V sum = K(load_part)(out + i, n - i, 0) + K(load_part)(a + i, n - i, 0);
    K(store_part)(out + i, sum, n - i);
  }
}

// One element of the kernel: where it lies in a plane, for the windows of a range.
typedef struct {
  ptrdiff_t first_row, last_row;  // of the range's rows, those for which it lies inside
  ptrdiff_t first, last;          // the same of its columns
  ptrdiff_t start, step;          // of the first row and column of the range; to the next row
} K(kernel_element);

INLINE K(kernel_element) K(element)(const bp_windows *w, const bp_window_range *range,
                                    ptrdiff_t i, ptrdiff_t j) {
  K(kernel_element) e;
  ptrdiff_t y = range->row * w->stride_height + i * w->dilation_height - w->top;
  ptrdiff_t x = range->column * w->stride_width + j * w->dilation_width - w->left;
  K(windows_inside)(y, w->stride_height, w->height, range->rows, &e.first_row, &e.last_row);
  K(windows_inside)(x, w->stride_width, w->width, range->columns, &e.first, &e.last);
  if (e.first == e.last) e.last_row = e.first_row;
  e.start = y * w->width + x;
  e.step = w->stride_height * w->width;
  return e;
}

static void K(im2col)(const bp_windows *w, size_t channels, const bp_window_range *range,
                      const T *image, T *columns) {
  ptrdiff_t width = range->columns, stride = w->stride_width;
  for (size_t c = 0; c < channels; c++, image += w->height * w->width) {
    for (ptrdiff_t i = 0; i < w->kernel_height; i++) {
      for (ptrdiff_t j = 0; j < w->kernel_width; j++, columns += range->rows * width) {
        K(kernel_element) e = K(element)(w, range, i, j);
        size_t count = (size_t)(e.last - e.first);
        memset(columns, 0, (size_t)(e.first_row * width) * sizeof(T));
        memset(columns + e.last_row * width, 0,
               (size_t)((range->rows - e.last_row) * width) * sizeof(T));
        for (ptrdiff_t r = e.first_row; r < e.last_row; r++) {
          const T *row = image + e.start + r * e.step;
          T *out = columns + r * width;
          for (ptrdiff_t k = 0; k < e.first; k++) out[k] = 0;
          if (stride == 1) {
            K(copy_row)(count, row + e.first, out + e.first);
          } else {
            for (ptrdiff_t k = e.first; k < e.last; k++) out[k] = row[k * stride];
          }
          for (ptrdiff_t k = e.last; k < width; k++) out[k] = 0;
        }
      }
    }
  }
}

static void K(col2im)(const bp_windows *w, size_t channels, const bp_window_range *range,
                      const T *columns, T *image) {
  ptrdiff_t width = range->columns, stride = w->stride_width;
  for (size_t c = 0; c < channels; c++, image += w->height * w->width) {
    for (ptrdiff_t i = 0; i < w->kernel_height; i++) {
      for (ptrdiff_t j = 0; j < w->kernel_width; j++, columns += range->rows * width) {
        K(kernel_element) e = K(element)(w, range, i, j);
        size_t count = (size_t)(e.last - e.first);
        for (ptrdiff_t r = e.first_row; r < e.last_row; r++) {
          T *row = image + e.start + r * e.step;
          const T *in = columns + r * width;
          if (stride == 1) {
            K(add_row)(count, in + e.first, row + e.first);
          } else {
            for (ptrdiff_t k = e.first; k < e.last; k++) row[k * stride] += in[k];
          }
        }
      }
    }
  }
}
