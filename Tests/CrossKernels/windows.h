// Windows of pooling that lie evenly, and what pooling is by its definition: for the tests of
// pooling and of convolutions that are joined with it.
#ifndef BACKPROP_WINDOWS_H
#define BACKPROP_WINDOWS_H

#include "check.h"

// Along an axis: windows of `length` numbers, `step` apart, of which the first begins `before`
// numbers before the plane and the last ends at most as many behind it. What lies outside is left
// out.
typedef struct {
  ptrdiff_t length, step, before;
} even_windows;

// Such windows along both axes; its memory is that of an operand.
const bp_pooling *even_pooling(even_windows windows, ptrdiff_t height, ptrdiff_t width);

static inline size_t window_count(const bp_pooling *p) {
  return (size_t)(p->out_height * p->out_width);
}

// Where a window's number i lies in the plane.
static inline ptrdiff_t place_in_window(const bp_pooling *p, const bp_span *row,
                                        const bp_span *column, ptrdiff_t i) {
  ptrdiff_t y = row->start + i / column->count * p->row_step;
  return y * p->width + column->start + i % column->count * p->column_step;
}

// By their definitions.
void largest_of_windows(const subject *s, const bp_pooling *p, const void *plane, void *out,
                        int32_t *positions);
// out = the cotangent at the positions, of windows whose result is above 0 where that is not NULL.
void spread_over_plane(const subject *s, const bp_pooling *p, const void *cotangent,
                       const void *result, const int32_t *positions, size_t area, void *out);

// The position of any number of each window, -1 of those without one.
void any_positions(const bp_pooling *p, uint64_t seed, int32_t *positions);

#endif
