// The kernels for AVX2 with FMA: vectors of 32 bytes.
#include "templates/prelude.h"

// Only written-out multiply-adds: debug and release builds compute the same bits.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#include <immintrin.h>

#define BP_VECTOR_BYTES 32
#define BP_HAS_FMA 1
#define BP_AVX512 0
#define BP_AVX2 1
#define BP_VARIANT avx2

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#include "avx2_stores.h"
//
#include "templates/f64.h"
//
#include "templates/f32.h"
//
#include "templates/philox.h"
#pragma clang attribute pop
#else
typedef int bp_no_avx2;
#endif
