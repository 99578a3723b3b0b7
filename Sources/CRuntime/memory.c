#include "CRuntime.h"

#include <stdlib.h>

void *bp_allocate(size_t bytes) {
  void *block = NULL;
  if (posix_memalign(&block, 64, bytes ? bytes : 64)) abort();
  return block;
}
void bp_deallocate(void *block, size_t bytes) { (void)bytes; free(block); }
bp_memory_statistics bp_memory(void) { return (bp_memory_statistics){0, 0}; }
void bp_trim_memory(void) {}
