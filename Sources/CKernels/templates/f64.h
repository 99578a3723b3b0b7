// All kernels for double in one instruction set.
#define S f64
#define BP_IS_F32 0
#define T double
#define BP_INT int64_t
#define BP_WORD uint64_t
#define BP_MANTISSA_BITS 52
#define BP_EXPONENT_BIAS 1023
#define BP_COEFFICIENT(name) name##_F64
#define BP_LANES (BP_VECTOR_BYTES / 8)
#include "all.h"
#undef S
#undef BP_IS_F32
#undef T
#undef BP_INT
#undef BP_WORD
#undef BP_MANTISSA_BITS
#undef BP_EXPONENT_BIAS
#undef BP_COEFFICIENT
#undef BP_LANES
