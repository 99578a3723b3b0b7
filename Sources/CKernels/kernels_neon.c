// The kernels for NEON, which every 64-bit ARM processor has: vectors of 16 bytes.
#include "templates/prelude.h"

// Only written-out multiply-adds: debug and release builds compute the same bits.
#pragma clang fp contract(off)

#if defined(__aarch64__)
#define BP_VECTOR_BYTES 16
#define BP_HAS_FMA 1
#define BP_AVX512 0
#define BP_AVX2 0
#define BP_VARIANT neon

#include "templates/f64.h"
//
#include "templates/f32.h"
//
#include "templates/philox.h"
#else
typedef int bp_no_neon;
#endif
