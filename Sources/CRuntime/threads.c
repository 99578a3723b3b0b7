#include "CRuntime.h"

#include <unistd.h>

void bp_parallel(size_t chunks, bp_chunk_body body, void *context) {
  for (size_t chunk = 0; chunk < chunks; chunk++) body(context, chunk);
}
static size_t count;
size_t bp_thread_count(void) { return count ? count : (size_t)sysconf(_SC_NPROCESSORS_ONLN); }
void bp_set_thread_count(size_t value) { count = value ? value : 1; }
