// What every variant includes before it switches to its instruction set.
#ifndef BP_PRELUDE_H
#define BP_PRELUDE_H

#include <math.h>
#include <string.h>

#include "../gemm/gemm_kernels.h"
#include "../square.h"
#include "../tables.h"
#include "CRuntime.h"
#include "coefficients.h"

#define BP_PASTE_(a, b) a##_##b
#define BP_PASTE(a, b) BP_PASTE_(a, b)
/// The name of a function or type for the scalar type at hand: K(exp) is exp_f32 or exp_f64.
#define K(name) BP_PASTE(name, S)
/// The name of what a variant defines for the scalar type at hand, such as bp_avx2_f32.
#define BP_OF_VARIANT(name) BP_PASTE(BP_PASTE(name, BP_VARIANT), S)

#define INLINE static inline __attribute__((always_inline, unused))

#define BP_UNROLL _Pragma("clang loop unroll(full)")

/// Elements handled at a time where an operand must first be gathered.
#define BP_BLOCK 512

#endif
