// Division that rounds towards minus infinity, and its remainder, as NumPy has them.

#if BP_IS_F32
#define BP_FMOD fmodf
#define BP_FLOOR floorf
#define BP_COPYSIGN copysignf
#else
#define BP_FMOD fmod
#define BP_FLOOR floor
#define BP_COPYSIGN copysign
#endif

INLINE T K(remainder)(T x, T y) {
  T rest = BP_FMOD(x, y);
  if (y == 0) return rest;
  if (rest == 0) return BP_COPYSIGN(0, y);
  return (y < 0) != (rest < 0) ? rest + y : rest;
}

INLINE T K(floor_divide)(T x, T y) {
  if (y == 0) return x / y;
  T rest = BP_FMOD(x, y), quotient = (x - rest) / y;
  if (rest != 0 && (y < 0) != (rest < 0)) quotient -= 1;
  if (quotient == 0) return BP_COPYSIGN(0, x / y);
  // Whole but for rounding.
  T whole = BP_FLOOR(quotient);
  return quotient - whole > (T)0.5 ? whole + 1 : whole;
}

#undef BP_FMOD
#undef BP_FLOOR
#undef BP_COPYSIGN
