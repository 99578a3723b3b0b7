// A square of vectors turned over its diagonal in place, x[i][j] <-> x[j][i], for 2, 4, 8 or 16 lanes: in
// stages that exchange blocks of lanes at a distance of half a vector, a quarter, ... 1. Most stages stay
// within 16 bytes, which costs less than zipping whole vectors.
#ifndef BP_SQUARE_H
#define BP_SQUARE_H

#define BP_LIST(...) __VA_ARGS__
#define BP_TURN_STAGE(V, lanes, x, distance, low, high)                \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < lanes; i++) { \
    if (!(i & distance)) {                                             \
      V a = x[i], b = x[i + distance];                                 \
      x[i] = __builtin_shufflevector(a, b, BP_LIST low);               \
      x[i + distance] = __builtin_shufflevector(a, b, BP_LIST high);   \
    }                                                                  \
  }

#define BP_TURN_2(V, x) BP_TURN_STAGE(V, 2, x, 1, (0, 2), (1, 3))
#define BP_TURN_4(V, x)                                  \
  BP_TURN_STAGE(V, 4, x, 2, (0, 1, 4, 5), (2, 3, 6, 7)) \
  BP_TURN_STAGE(V, 4, x, 1, (0, 4, 2, 6), (1, 5, 3, 7))
#define BP_TURN_8(V, x)                                                              \
  BP_TURN_STAGE(V, 8, x, 4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)) \
  BP_TURN_STAGE(V, 8, x, 2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)) \
  BP_TURN_STAGE(V, 8, x, 1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))
#define BP_TURN_16(V, x)                                                             \
  BP_TURN_STAGE(V, 16, x, 8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), \
                (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))      \
  BP_TURN_STAGE(V, 16, x, 4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27), \
                (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))        \
  BP_TURN_STAGE(V, 16, x, 2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29), \
                (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))        \
  BP_TURN_STAGE(V, 16, x, 1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30), \
                (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))

#endif
