// Written by Scripts/derive_coefficients.py, which says how; not to be edited by hand.
#ifndef BP_COEFFICIENTS_H
#define BP_COEFFICIENTS_H

/// ln(2) in two parts; a whole number below 2^11 (f32: 2^8) times the high one is exact.
#define LN2_HIGH_F32 0x1.62e4000000000p-1f
#define LN2_LOW_F32 0x1.7f7d1c0000000p-20f
#define LOG2E_F32 0x1.7154760000000p+0f

/// ln(2) in two parts; a whole number below 2^11 (f32: 2^8) times the high one is exact.
#define LN2_HIGH_F64 0x1.62e42fefa2000p-1
#define LN2_LOW_F64 0x1.9ef35793c7673p-41
#define LOG2E_F64 0x1.71547652b82fep+0

/// (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2; largest error 2^-28.28.
#define EXP_REST_F32 { \
  0x1.fffffc0000000p-2f, \
  0x1.5554920000000p-3f, \
  0x1.5558f20000000p-5f, \
  0x1.1239e20000000p-7f, \
  0x1.6a24360000000p-10f, \
}

/// (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2; largest error 2^-57.94.
#define EXP_REST_F64 { \
  0x1.000000000000ap-1, \
  0x1.55555555554fap-3, \
  0x1.555555555087cp-5, \
  0x1.1111111127be8p-7, \
  0x1.6c16c1842a1c9p-10, \
  0x1.a01a012a56dccp-13, \
  0x1.a0199a0c4fca6p-16, \
  0x1.71df255422fd3p-19, \
  0x1.28ad72de8b7c0p-22, \
  0x1.ad7f6befaef86p-26, \
}

/// (log(1 + f) - f + f^2 / 2) / f^3 for sqrt(1/2) <= 1 + f <= sqrt(2); largest error 2^-30.31.
#define LOG_REST_F32 { \
  0x1.5555480000000p-2f, \
  -0x1.0000060000000p-2f, \
  0x1.99a4b60000000p-3f, \
  -0x1.555c4e0000000p-3f, \
  0x1.2337680000000p-3f, \
  -0x1.fc22080000000p-4f, \
  0x1.e6f06a0000000p-4f, \
  -0x1.de3c100000000p-4f, \
  0x1.1457a40000000p-4f, \
}

/// (2 atanh(s) / s - 2) / s^2 by z = s^2, s = f / (2 + f); largest error 2^-58.48.
#define LOG_REST_F64 { \
  0x1.5555555555593p-1, \
  0x1.999999997fb32p-2, \
  0x1.24924942179fcp-2, \
  0x1.c71c51e7f8956p-3, \
  0x1.7466462c5e40ep-3, \
  0x1.39a0f50503456p-3, \
  0x1.2f0d8e912b5ecp-3, \
}

/// erf(x) / x - 1 by z = x^2 for |x| <= 1; largest error 2^-29.62.
#define ERF_SMALL_F32 { \
  0x1.06eba80000000p-3f, \
  -0x1.81273e0000000p-2f, \
  0x1.ce2cf80000000p-4f, \
  -0x1.b7f90e0000000p-6f, \
  0x1.5405b20000000p-8f, \
  -0x1.a3f7000000000p-11f, \
  0x1.496a320000000p-14f, \
}

/// erf(x) / x - 1 by z = x^2 for |x| <= 1; largest error 2^-56.93.
#define ERF_SMALL_F64 { \
  0x1.06eba8214db68p-3, \
  -0x1.812746b0379bdp-2, \
  0x1.ce2f21a040d16p-4, \
  -0x1.b82ce311fa93fp-6, \
  0x1.565bccf92b31fp-8, \
  -0x1.c02db03dd762ap-11, \
  0x1.f9a2baa903947p-14, \
  -0x1.f4ca4d6f6fdeap-17, \
  0x1.b97fd3dabcef8p-20, \
  -0x1.5c0726f37da84p-23, \
  0x1.d71b0f197af5bp-27, \
  -0x1.abae48da6a237p-31, \
}

/// -log(erfc(x)) by t = x - 1 for 1 <= x <= 4; largest error 2^-35.46.
#define ERFC_EXPONENT_F32 { \
  0x1.d97fc00000000p+0f, \
  0x1.51c9b00000000p+1f, \
  0x1.afabba0000000p-1f, \
  0x1.547d160000000p-5f, \
  -0x1.4934e60000000p-7f, \
  0x1.07bad40000000p-9f, \
  -0x1.2fa80c0000000p-12f, \
  0x1.6c068a0000000p-16f, \
}

/// -log(erfc(x)) by t = x - 1 for 1 <= x <= 6; largest error 2^-59.48.
#define ERFC_EXPONENT_F64 { \
  0x1.d97fbf27aa2a1p+0, \
  0x1.51c9b0006c237p+1, \
  0x1.afabc11a29553p-1, \
  0x1.5477f09c109c4p-5, \
  -0x1.48c9d3ed5a1bbp-7, \
  0x1.033f65e9b7b0ap-9, \
  -0x1.f1b39890d1456p-13, \
  -0x1.b8dd43a21d64cp-16, \
  0x1.c7a4c0a175233p-16, \
  -0x1.4263b1876f109p-17, \
  0x1.1451a2136480cp-19, \
  -0x1.310233ea42a60p-23, \
  -0x1.a52b33f5720afp-24, \
  0x1.c0fd2df91cea2p-25, \
  -0x1.017b0f1a2ffb9p-26, \
  0x1.8c0c675090ff3p-29, \
  -0x1.97e3414451cb0p-32, \
  0x1.ff5def8b6d34ap-36, \
  -0x1.2773948a5f461p-40, \
}

/// (sinh(x) / x - 1) / z by z = x^2 for |x| <= 1; largest error 2^-34.16.
#define SINH_REST_F32 { \
  0x1.5555560000000p-3f, \
  0x1.1111340000000p-7f, \
  0x1.9ffe920000000p-13f, \
  0x1.7a15b40000000p-19f, \
}

/// (sinh(x) / x - 1) / z by z = x^2 for |x| <= 1; largest error 2^-63.33.
#define SINH_REST_F64 { \
  0x1.5555555555556p-3, \
  0x1.11111111110a6p-7, \
  0x1.a01a01a02899dp-13, \
  0x1.71de3a465b1f1p-19, \
  0x1.ae64671b18762p-26, \
  0x1.611a561dadd37p-33, \
  0x1.b4c75aaa0e454p-41, \
}

/// (asin(x) / x - 1) / z by z = x^2 for |x| <= 1/2; largest error 2^-31.76.
#define ASIN_REST_F32 { \
  0x1.55554c0000000p-3f, \
  0x1.33387c0000000p-4f, \
  0x1.6caed20000000p-5f, \
  0x1.0491a00000000p-5f, \
  0x1.d91faa0000000p-7f, \
  0x1.3355c00000000p-5f, \
}

/// (asin(x) / x - 1) / z by z = x^2 for |x| <= 1/2; largest error 2^-55.9.
#define ASIN_REST_F64 { \
  0x1.5555555555390p-3, \
  0x1.333333336e7cap-4, \
  0x1.6db6db427c91ep-5, \
  0x1.f1c72c385cf3bp-6, \
  0x1.6e89f44d0c4f6p-6, \
  0x1.1c6be0f88b46fp-6, \
  0x1.c6fdcdcea9e15p-7, \
  0x1.8ec2b3b9b7a74p-7, \
  0x1.abd1a357a471dp-8, \
  0x1.3ff336a5fb79dp-6, \
  -0x1.09d106e3712dbp-6, \
  0x1.056cbc6a6333ep-5, \
}

/// (atan(x) / x - 1) / z by z = x^2 for |x| <= 1; largest error 2^-28.53.
#define ATAN_REST_F32 { \
  -0x1.55553e0000000p-2f, \
  0x1.9991fe0000000p-3f, \
  -0x1.2421b60000000p-3f, \
  0x1.c099fe0000000p-4f, \
  -0x1.5834920000000p-4f, \
  0x1.dac9e60000000p-5f, \
  -0x1.fed1640000000p-6f, \
  0x1.65a65e0000000p-7f, \
  -0x1.d62ff20000000p-10f, \
}

/// (atan(x) / x - 1) / z by z = x^2 for |x| <= 1; largest error 2^-57.59.
#define ATAN_REST_F64 { \
  -0x1.5555555555526p-2, \
  0x1.9999999995549p-3, \
  -0x1.249249237e295p-3, \
  0x1.c71c717f959bcp-4, \
  -0x1.745d11ab021dfp-4, \
  0x1.3b1366768faa0p-4, \
  -0x1.110e5020bd622p-4, \
  0x1.e1bb9b44ce5bap-5, \
  -0x1.ae5e44c51a1abp-5, \
  0x1.82da45a2b6e5fp-5, \
  -0x1.59a2968ef4ba8p-5, \
  0x1.2c2ba3ee41641p-5, \
  -0x1.e9f1d1ceaabe3p-6, \
  0x1.68331735953e9p-6, \
  -0x1.c77e3844e8266p-7, \
  0x1.d7a11a3ec8c6ep-8, \
  -0x1.7a219b840446fp-9, \
  0x1.b3d9db484fdbap-11, \
  -0x1.3f1a8176e7626p-13, \
  0x1.bbc22793f230ep-17, \
}

/// The c of the next.
#define MILLS_POLE_F32 2

/// (a + c) Phi(-a) exp(a^2 / 2), Phi the normal distribution's, for a >= 0,
/// by t = (a - c) / (a + c); largest error 2^-30.3.
#define MILLS_F32 { \
  0x1.5845dc0000000p-1f, \
  -0x1.535bb00000000p-2f, \
  0x1.d7d0fe0000000p-6f, \
  0x1.2ccc8a0000000p-5f, \
  -0x1.ece0b40000000p-12f, \
  -0x1.b8eb460000000p-8f, \
  -0x1.fed9de0000000p-10f, \
  0x1.a36fa20000000p-11f, \
  0x1.b02fc60000000p-11f, \
  0x1.6540fa0000000p-13f, \
  -0x1.0830740000000p-13f, \
  -0x1.6eb00a0000000p-14f, \
  -0x1.07fa8e0000000p-16f, \
}

/// The c of the next.
#define MILLS_POLE_F64 3

/// (a + c) Phi(-a) exp(a^2 / 2), Phi the normal distribution's, for a >= 0,
/// by t = (a - c) / (a + c); largest error 2^-57.68.
#define MILLS_F64 { \
  0x1.754a751a56f4ap-1, \
  -0x1.04c7295a48f33p-1, \
  0x1.d71387c654c77p-3, \
  -0x1.832dbf6992442p-5, \
  -0x1.56d8e3d7e6470p-7, \
  0x1.c8f52c321c56fp-8, \
  0x1.0d608c8206680p-10, \
  -0x1.12285ef5f7e94p-10, \
  -0x1.0d09e7a99cbb7p-12, \
  0x1.43c9e7afbe82cp-13, \
  0x1.4a9006015f3e4p-14, \
  -0x1.bc77134df9a66p-17, \
  -0x1.5b134478d13cbp-16, \
  -0x1.d81ea070db968p-19, \
  0x1.e7d7749e7a106p-19, \
  0x1.2ecd50394891bp-19, \
  0x1.36e64846f2136p-26, \
  -0x1.3d884f3d8d70fp-21, \
  -0x1.32c9a0dfdec04p-22, \
  0x1.4dd809b0b67fbp-25, \
  0x1.c31c34f8217dfp-24, \
  0x1.fe71bd2d46ea2p-26, \
  -0x1.33cd247b9d1e2p-26, \
  -0x1.66c85492e0594p-27, \
  0x1.0f559dff751e8p-30, \
  0x1.2b5363e0eb76dp-30, \
}

/// log10(2) in two parts, as ln(2).
#define LOG10_2_HIGH_F32 0x1.3440000000000p-2f
#define LOG10_2_LOW_F32 0x1.3509f80000000p-18f

/// Constants, and what they are rounded by: log10(e), log2(e), pi / 2, the density of the normal
/// distribution at 0, and c and d of the tanh approximation of gelu, x / (1 + exp(-x (c + d x^2))).
#define LOG10E_F32 0x1.bcb7b20000000p-2f
#define LOG10E_LOW_F32 -0x1.5b235e0000000p-27f
#define LOG2E_LOW_F32 0x1.4ae0c00000000p-26f
#define HALF_PI_F32 0x1.921fb60000000p+0f
#define HALF_PI_LOW_F32 -0x1.777a5c0000000p-25f
#define DENSITY_F32 0x1.9884540000000p-2f
#define TANH_GELU_C_F32 0x1.9884540000000p+0f
#define TANH_GELU_C_LOW_F32 -0x1.8579360000000p-25f
#define TANH_GELU_D_F32 0x1.2444f20000000p-4f
#define TANH_GELU_D_LOW_F32 0x1.49b16a0000000p-29f

/// log10(2) in two parts, as ln(2).
#define LOG10_2_HIGH_F64 0x1.34413509f4000p-2
#define LOG10_2_LOW_F64 0x1.cff7988f8959bp-41

/// Constants, and what they are rounded by: log10(e), log2(e), pi / 2, the density of the normal
/// distribution at 0, and c and d of the tanh approximation of gelu, x / (1 + exp(-x (c + d x^2))).
#define LOG10E_F64 0x1.bcb7b1526e50ep-2
#define LOG10E_LOW_F64 0x1.95355baaafad3p-57
#define LOG2E_LOW_F64 0x1.777d0ffda0d24p-56
#define HALF_PI_F64 0x1.921fb54442d18p+0
#define HALF_PI_LOW_F64 0x1.1a62633145c07p-54
#define DENSITY_F64 0x1.9884533d43651p-2
#define TANH_GELU_C_F64 0x1.9884533d43651p+0
#define TANH_GELU_C_LOW_F64 -0x1.cbc0d30ebfd15p-54
#define TANH_GELU_D_F64 0x1.2444f2a4d8b4bp-4
#define TANH_GELU_D_LOW_F64 -0x1.6c843a29d1c70p-61

#endif
