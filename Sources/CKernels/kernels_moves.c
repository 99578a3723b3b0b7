// The kernels that move numbers, for each width that is not a floating-point type's.
#include "templates/prelude.h"

#define S w8
#define T uint8_t
#include "templates/width.h"

#define S w16
#define T uint16_t
#include "templates/width.h"

#define S w32
#define T uint32_t
#include "templates/width.h"

#define S w64
#define T uint64_t
#include "templates/width.h"
