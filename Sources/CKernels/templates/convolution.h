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

static void K(im2col)(const bp_windows *w, size_t channels, const bp_window_range *range,
                      const T *image, T *columns) {
  for (size_t c = 0; c < channels; c++, image += w->height * w->width) {
    for (ptrdiff_t i = 0; i < w->kernel_height; i++) {
      for (ptrdiff_t j = 0; j < w->kernel_width; j++) {
        ptrdiff_t x = range->column * w->stride_width + j * w->dilation_width - w->left;
        ptrdiff_t first, last;
        K(windows_inside)(x, w->stride_width, w->width, range->columns, &first, &last);
        for (ptrdiff_t r = 0; r < range->rows; r++, columns += range->columns) {
          ptrdiff_t y = (range->row + r) * w->stride_height + i * w->dilation_height - w->top;
          if (y < 0 || y >= w->height || first == last) {
            memset(columns, 0, (size_t)range->columns * sizeof(T));
            continue;
          }
          const T *row = image + y * w->width + x;
          for (ptrdiff_t k = 0; k < first; k++) columns[k] = 0;
          if (w->stride_width == 1) {
            memcpy(columns + first, row + first, (size_t)(last - first) * sizeof(T));
          } else {
            for (ptrdiff_t k = first; k < last; k++) columns[k] = row[k * w->stride_width];
          }
          for (ptrdiff_t k = last; k < range->columns; k++) columns[k] = 0;
        }
      }
    }
  }
}

static void K(col2im)(const bp_windows *w, size_t channels, const bp_window_range *range,
                      const T *columns, T *image) {
  for (size_t c = 0; c < channels; c++, image += w->height * w->width) {
    for (ptrdiff_t i = 0; i < w->kernel_height; i++) {
      for (ptrdiff_t j = 0; j < w->kernel_width; j++) {
        ptrdiff_t x = range->column * w->stride_width + j * w->dilation_width - w->left;
        ptrdiff_t first, last;
        K(windows_inside)(x, w->stride_width, w->width, range->columns, &first, &last);
        for (ptrdiff_t r = 0; r < range->rows; r++, columns += range->columns) {
          ptrdiff_t y = (range->row + r) * w->stride_height + i * w->dilation_height - w->top;
          if (y < 0 || y >= w->height || first == last) continue;
          T *row = image + y * w->width + x;
          if (w->stride_width == 1) {
            K(add_loop)((size_t)(last - first), row + first, columns + first, row + first);
          } else {
            for (ptrdiff_t k = first; k < last; k++) row[k * w->stride_width] += columns[k];
          }
        }
      }
    }
  }
}
