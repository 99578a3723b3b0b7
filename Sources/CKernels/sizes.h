// Arithmetic with sizes.
#ifndef BP_SIZES_H
#define BP_SIZES_H

#include <stddef.h>

/// x / y, rounded up.
static inline size_t ceiling(size_t x, size_t y) { return (x + y - 1) / y; }
static inline size_t smaller(size_t x, size_t y) { return x < y ? x : y; }
static inline size_t larger(size_t x, size_t y) { return x > y ? x : y; }

#endif
