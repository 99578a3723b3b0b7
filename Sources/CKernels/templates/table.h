// The kernels of the type and instruction set at hand, as the dispatcher finds them: functions whose
// parameters name no type, each of which calls the typed function of the same name. Numbers that are
// not floating-point are moved by the kernels of their width, BP_WIDTH.
#pragma clang assume_nonnull begin
#if BP_IS_FLOAT
// Not a loop of one template: gemm/gemm.c.
static void K(product) BP_PRODUCT_PARAMETERS { BP_OF_VARIANT(bp_product) BP_PRODUCT_ARGUMENTS; }
#define X(R, name, parameters, arguments) \
  static R K(name) parameters { return BP_OF_VARIANT(bp_##name) arguments; }
BP_PACKED_KERNELS(X)
#undef X
#endif
#define X(R, name, parameters, arguments) \
  static R K(name##_kernel) parameters { return K(name) arguments; }
BP_COMMON_KERNELS(X)
#if BP_HAS_PRODUCT
BP_PRODUCT_KERNELS(X)
#endif
#if BP_IS_FLOAT
BP_MOVE_KERNELS(X)
BP_PACKED_KERNELS(X)
BP_FLOAT_KERNELS(X)
#endif
#undef X
#pragma clang assume_nonnull end

#define X(R, name, ...) .name = K(name##_kernel),
#if BP_IS_FLOAT
#define BP_MOVE(R, name, ...) .name = K(name##_kernel),
#else
#define BP_MOVE(R, name, ...) .name = BP_PASTE(bp_##name, BP_WIDTH),
#endif
const bp_kernels BP_OF_VARIANT(bp) = {
    BP_MOVE_KERNELS(BP_MOVE)
    BP_COMMON_KERNELS(X)
#if BP_HAS_PRODUCT
    BP_PRODUCT_KERNELS(X)
#endif
#if BP_IS_FLOAT
    BP_PACKED_KERNELS(X)
    BP_FLOAT_KERNELS(X)
#endif
    .unary_loops = K(unary_loops),
    .binary_loops = K(binary_loops),
    .reductions = K(reductions),
};
#undef X
#undef BP_MOVE
