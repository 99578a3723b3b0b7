// What each element-wise function is by its definition, in double, and how far from that a kernel may
// be. Bounds are in units of the last place, and those that Tests/CKernelsTests has.
#ifndef BACKPROP_REFERENCES_H
#define BACKPROP_REFERENCES_H

#include "check.h"

typedef struct {
  const char *name;
  double bound;
  double (*value)(double x);
} unary_reference;

typedef struct {
  const char *name;
  double bound;
  // A slope with a zero, near which no formula keeps digits: the error counts beside the cotangent.
  bool counts_beside_x;
  double (*value)(double x, double y);
} binary_reference;

typedef struct {
  double p, q;
} settings;

typedef struct {
  const char *name;
  size_t operands;
  const settings *settings;
  size_t settings_count;
  double bound;
  // Terms can cancel: the error counts beside the larger ones then.
  bool cancels;
  double (*value)(double x, double y, double z, double p, double q);
} formula_reference;

// Of a number of `bits` bits, the result modulo 2^bits.
typedef uint64_t (*whole_unary_reference)(int64_t x, bool is_flag);
typedef uint64_t (*whole_binary_reference)(int64_t x, int64_t y, int bits);

// By operation; NULL where the types have none.
extern const unary_reference unary_references[BP_UNARY_COUNT];
extern const binary_reference binary_references[BP_BINARY_COUNT];
extern const formula_reference formula_references[BP_FORMULA_COUNT];
extern const whole_unary_reference whole_unary_references[BP_UNARY_COUNT];
extern const whole_binary_reference whole_binary_references[BP_BINARY_COUNT];

// In accuracy.c: functions that are ours everywhere, and beside results to 106 bits.
void check_unary_accuracy(const subject *s);
void check_formula_accuracy(const subject *s);

#endif
