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

#endif
