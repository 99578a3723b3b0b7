// What the tests of the kernels share: memory beside which nothing can be read or written unnoticed,
// numbers of any type, and how results are compared.
#ifndef BACKPROP_CHECK_H
#define BACKPROP_CHECK_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "CRuntime.h"

// References round each operation, as the kernels do but for the multiply-adds that are written out.
#pragma clang fp contract(off)

// The kernels of one type in one instruction set.
typedef struct {
  const bp_kernels *kernels;
  bp_scalar scalar;
  size_t size;     // bytes of a number
  double epsilon;  // from 1 to the next number, 0 of whole ones
} subject;

static inline bool is_float(const subject *s) { return s->epsilon > 0; }

// One test for each kernel, by the kernel's name: main.c runs those of all lists, so that a kernel
// without a test does not link.
typedef void test(const subject *s);
#define X(R, name, ...) test test_##name;
BP_MOVE_KERNELS(X)
BP_COMMON_KERNELS(X)
BP_PRODUCT_KERNELS(X)
BP_PACKED_KERNELS(X)
BP_FLOAT_KERNELS(X)
#undef X

// And of what is not in a table.
void test_convert(void);
void test_philox(void);
void test_quantized_product(void);
void test_quantized_blocks(void);

// MARK: Cases and comparisons

#define COUNT(array) (sizeof(array) / sizeof *(array))

// Around the lengths of vectors and of the kernels' blocks.
static const size_t sizes[] = {0,  1,  2,  3,  5,  7,  8,  9,   15,  16, 17,
                               31, 33, 63, 64, 65, 127, 129, 513};

// The kernels that are tested, and then what is tested of them, for what is told of a failure.
extern const char *subject_name;
void describe(const char *format, ...) __attribute__((format(printf, 1, 2)));

void expect(bool holds, const char *what, size_t index);
void expect_near(double found, double expected, double tolerance, const char *what, size_t index);
// At most `bound` units in the last place from `exact`; NaN for NaN, and zeros of one sign.
void expect_ulps(const subject *s, double found, double exact, double bound, const char *what,
                 size_t index);
// The same n numbers, bit for bit but for those of NaN.
void expect_same(const subject *s, size_t n, const void *found, const void *expected,
                 const char *what);

// Of how many comparisons a test was made, and how many of them failed.
extern size_t comparisons, failures;

// A unit in the last place of x, as a number of the type.
double ulp(const subject *s, double x);

// MARK: Memory and numbers

// Memory until the next release(). Behind it lies a page that cannot be touched; what is written
// before it is noticed at the release, and by the address sanitizer at once.
void *memory(size_t bytes);
void release(void);

// For n numbers, as they come.
static inline void *result(const subject *s, size_t n) { return memory(n * s->size); }

// Element 0 of n numbers, `stride` apart, from a fixed sequence: multiples of 2^-16 in -scale ..<
// scale, whole numbers of all sizes, halves of any bits.
void *operand(const subject *s, size_t n, ptrdiff_t stride, double scale, uint64_t seed);
// The same of few different numbers, with NaN, infinities, -0 and bounds among them.
void *odd_operand(const subject *s, size_t n, ptrdiff_t stride, uint64_t seed);
// n numbers that are the same as those of a.
void *copy_of(const subject *s, size_t n, const void *a);

// Random words from a fixed sequence.
uint64_t random_word(uint64_t *state);
static inline size_t random_below(uint64_t *state, size_t bound) {
  return (size_t)(random_word(state) >> 33) % bound;
}

// What the bits of a half-precision number stand for, and the bits of the nearest one to x.
double value_of_half(bool is_brain, uint16_t bits);
uint16_t half_of_value(bool is_brain, double x);

// Number i of a floating-point type, and of any type whose numbers a double holds.
static inline double number(const subject *s, const void *a, ptrdiff_t i) {
  switch (s->scalar) {
#define VALUE_OF_FLAG(x) (double)(x)
#define VALUE_OF_WHOLE(x) (double)(x)
#define VALUE_OF_FLOAT(x) (double)(x)
#define VALUE_OF_HALF(x) value_of_half(false, (uint16_t)(x))
#define VALUE_OF_BRAIN(x) value_of_half(true, (uint16_t)(x))
#define X(NAME, suffix, T, KIND, ...) \
  case BP_##NAME: return VALUE_OF_##KIND(((const T *)a)[i]);
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

// Number i of a whole type, modulo 2^64.
static inline uint64_t whole(const subject *s, const void *a, ptrdiff_t i) {
  switch (s->scalar) {
#define X(NAME, suffix, T, ...) \
  case BP_##NAME: return (uint64_t)((const T *)a)[i];
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

// Number i becomes x, rounded to the type; and x modulo 2^bits.
static inline void put(const subject *s, void *a, ptrdiff_t i, double x) {
  if (s->scalar == BP_FLOAT32) {
    ((float *)a)[i] = (float)x;
  } else {
    ((double *)a)[i] = x;
  }
}
static inline void put_whole(const subject *s, void *a, ptrdiff_t i, uint64_t x) {
  switch (s->scalar) {
#define X(NAME, suffix, T, ...) \
  case BP_##NAME: ((T *)a)[i] = (T)x; break;
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}
// x as a number of the type.
static inline double rounded(const subject *s, double x) {
  return s->scalar == BP_FLOAT32 ? (float)x : x;
}
// Number i of `to` becomes number j of `from`.
static inline void move(const subject *s, void *to, ptrdiff_t i, const void *from, ptrdiff_t j) {
  memcpy((char *)to + i * (ptrdiff_t)s->size, (const char *)from + j * (ptrdiff_t)s->size, s->size);
}
static inline void *at(const subject *s, const void *a, ptrdiff_t i) {
  return (char *)a + i * (ptrdiff_t)s->size;
}

// How x = a[i] and y = b[j] compare: below, equal, above, or not at all where one is NaN.
typedef enum { BELOW, EQUAL, ABOVE, UNORDERED } order;
order compared(const subject *s, const void *a, ptrdiff_t i, const void *b, ptrdiff_t j);
// The same in sorting, where NaN is largest and equal to NaN.
order ranked(const subject *s, const void *a, ptrdiff_t i, const void *b, ptrdiff_t j);

// MARK: References, by their definitions

// Number i of a becomes number j of `out`, of another type.
void convert_number(bp_scalar from, const void *a, size_t i, bp_scalar to, void *out, size_t j);

double logistic(double x);  // 1 / (1 + e^-x)
double softplus(double x);  // log(1 + e^x)

#endif
