// All kernels for float in one instruction set.
#define S f32
#define BP_IS_F32 1
#define T float
#define BP_INT int32_t
#define BP_WORD uint32_t
#define BP_MANTISSA_BITS 23
#define BP_EXPONENT_BIAS 127
#define BP_COEFFICIENT(name) name##_F32
#define BP_LANES (BP_VECTOR_BYTES / 4)
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
