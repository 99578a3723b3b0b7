// The sizes of the processor's caches, which the blocks of the matrix product follow: from the
// processor itself where it tells (x86), else from the system.
#include "CRuntime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

// Of the first and the second cache; at first what nearly every processor of the last ten years has at
// least. Whoever reads while they are changed may see some of both, which costs speed alone.
static _Atomic size_t bytes_of[2] = {32 << 10, 512 << 10}, ways_of[2] = {8, 8};

static void set(int level, size_t bytes, size_t ways) {
  if (level != 1 && level != 2) return;
  // Beyond these bounds it is a mistake of a virtual machine.
  if (bytes < (8u << 10) || bytes > (64u << 20) || ways == 0 || ways > 64) return;
  atomic_store_explicit(&bytes_of[level - 1], bytes, memory_order_relaxed);
  atomic_store_explicit(&ways_of[level - 1], ways, memory_order_relaxed);
}

#if defined(__x86_64__)
/// Leaf 4 of Intel's cpuid and 0x8000001D of AMD's have one form: EAX tells kind and level, EBX the ways,
/// partitions and bytes of a line, each less one, ECX the sets less one.
static bool ask_processor(unsigned leaf) {
  bool found = false;
  for (unsigned index = 0; index < 16; index++) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(leaf, index, &a, &b, &c, &d) || (a & 31) == 0) break;
    enum { INSTRUCTIONS = 2 };
    if ((a & 31) == INSTRUCTIONS) continue;
    size_t ways = (b >> 22) + 1, partitions = ((b >> 12) & 1023) + 1, line = (b & 4095) + 1;
    set((a >> 5) & 7, ways * partitions * line * ((size_t)c + 1), ways);
    found = true;
  }
  return found;
}
#endif

#if defined(__linux__)
static bool read_line(int index, const char *name, char *line, int size) {
  char path[128];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, name);
  FILE *file = fopen(path, "r");
  if (!file) return false;
  bool read = fgets(line, size, file) != NULL;
  fclose(file);
  return read;
}

static void ask_system(void) {
  char line[64];
  for (int index = 0; index < 8 && read_line(index, "type", line, sizeof line); index++) {
    int level = 0;
    unsigned long kilobytes = 0, ways = 0;
    if (strncmp(line, "Instruction", 11) == 0) continue;
    if (read_line(index, "level", line, sizeof line)) sscanf(line, "%d", &level);
    if (read_line(index, "size", line, sizeof line)) sscanf(line, "%luK", &kilobytes);
    if (read_line(index, "ways_of_associativity", line, sizeof line)) sscanf(line, "%lu", &ways);
    set(level, kilobytes << 10, ways ? ways : 8);
  }
}
#elif defined(__APPLE__)
static void ask_system(void) {
  // Those of the fast cores where there are two kinds. The system does not tell the ways.
  static const char *const names[][2] = {{"hw.perflevel0.l1dcachesize", "hw.l1dcachesize"},
                                         {"hw.perflevel0.l2cachesize", "hw.l2cachesize"}};
  for (int level = 1; level <= 2; level++) {
    for (int i = 0; i < 2; i++) {
      uint64_t bytes = 0;
      size_t length = sizeof bytes;
      if (sysctlbyname(names[level - 1][i], &bytes, &length, NULL, 0) != 0) continue;
      set(level, bytes, 8);
      break;
    }
  }
}
#else
static void ask_system(void) {}
#endif

static void find(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  bool is_amd = __get_cpuid(0, &a, &b, &c, &d) && b == signature_AMD_ebx && c == signature_AMD_ecx;
  if (ask_processor(is_amd ? 0x8000001D : 4)) return;
#endif
  ask_system();
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static bp_cache cache(int level) {
  return (bp_cache){atomic_load_explicit(&bytes_of[level - 1], memory_order_relaxed),
                    atomic_load_explicit(&ways_of[level - 1], memory_order_relaxed)};
}

bp_cache_sizes bp_caches(void) {
  pthread_once(&once, find);
  return (bp_cache_sizes){cache(1), cache(2)};
}

void bp_set_caches(bp_cache_sizes others) {
  pthread_once(&once, find);
  set(1, others.first.bytes, others.first.ways);
  set(2, others.second.bytes, others.second.ways);
}
