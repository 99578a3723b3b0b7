// What the kernels run on: a pool of threads and an allocator of aligned blocks.
//
// Both live in C because they need what Swift cannot express without cost: plain thread-locals,
// futexes and fork handlers.
#ifndef BACKPROP_CRUNTIME_H
#define BACKPROP_CRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Threads

/// One piece of a parallel region: called once for every chunk in 0..<chunks, on any thread.
typedef void (*bp_chunk_body)(void *context, size_t chunk);

/// Runs `body` for every chunk in 0..<chunks and returns when all have finished.
///
/// The caller works too; workers claim chunks as they come free. Runs serially when there is one
/// thread or one chunk, when called from inside another region, and when another thread's region
/// holds the pool. What a chunk computes must not depend on which thread runs it.
///
/// Workers are started by the first region that needs them; idle ones look for work for some tens
/// of microseconds, then sleep. After fork() the child starts workers of its own; a child forked
/// by a chunk must not return from it (exec and _exit are fine).
void bp_parallel(size_t chunks, bp_chunk_body body, void *context);

/// The number of threads a region may use, the caller included.
size_t bp_thread_count(void);

/// Sets the number of threads (at least 1, at most 1024) for the regions that follow; not to be
/// called from inside a region. The default is $BACKPROP_THREADS, else the number of
/// processors that this process may use: those that it may run on, but on Linux no more than the
/// quota of its control groups pays for.
void bp_set_thread_count(size_t count);

/// Starts a thread of its own beside the pool, which runs `body` and ends; false where the system gives
/// none. No signal is delivered to it, and what it computes runs on it alone: it leaves the pool to those
/// who wait for a result.
bool bp_start_thread(void (*body)(void *context), void *context);

// MARK: Control groups

/// How many processors the quotas of time of this process's control groups (cgroups, version 1 or 2)
/// pay for, rounded up: the least of its own group's and of those of the groups above. 0 where there
/// is no quota, on systems without control groups too.
///
/// `root` is the folder under which /proc and /sys are looked for: "" but in tests.
size_t bp_cgroup_processors(const char *root);

/// How many bytes of memory they allow, in the same way; 0 where they set no limit.
uint64_t bp_cgroup_memory(const char *root);

// MARK: Caches

/// A cache of data: its bytes, and how many lines of one set it holds.
typedef struct {
  size_t bytes;
  size_t ways;
} bp_cache;

typedef struct {
  bp_cache first;
  bp_cache second;
} bp_cache_sizes;

/// The processor's first and second cache, or what most have where it does not tell. Speed alone may
/// depend on them, and no result.
bp_cache_sizes bp_caches(void);

/// Has others take their place, for tests: of 8 KiB to 64 MiB and up to 64 ways.
void bp_set_caches(bp_cache_sizes sizes);

// MARK: Memory

/// A 64-byte-aligned block of at least `bytes` bytes, not cleared; from this thread's cache when
/// it holds one of that size class. Never NULL: ends the process when memory is exhausted.
void *bp_allocate(size_t bytes);

/// Gives back a block of `bp_allocate(bytes)`, from any thread.
void bp_deallocate(void *block, size_t bytes);

/// The same for the numbers of an array, which are counted: what a training step keeps is measured
/// by them.
void *bp_allocate_numbers(size_t bytes);
/// Gives back a block of `bp_allocate_numbers(bytes)`, from any thread.
void bp_deallocate_numbers(void *block, size_t bytes);

typedef struct {
  uint64_t system_allocations;  ///< blocks taken from the system since the process started
  uint64_t cached_bytes;        ///< bytes that lie in this thread's cache, ready for reuse
  int64_t live_bytes;           ///< bytes for numbers that this thread took, less those given back
  int64_t peak_live_bytes;      ///< the most that were live since the last reset
} bp_memory_statistics;

/// What is known of memory. Live bytes are those of `bp_allocate_numbers`, as they were asked for and
/// not of the size class. Each thread counts what it takes and gives back itself: the numbers say
/// what a thread's own work needs, and mean little on a thread that gives back blocks of others,
/// where they may fall below zero.
bp_memory_statistics bp_memory(void);

/// Makes this thread's peak of live bytes what is live now.
void bp_reset_peak_live_bytes(void);

/// Gives this thread's cached blocks back to the system.
void bp_trim_memory(void);

/// The bytes that lie in the caches of all threads.
size_t bp_cached_bytes(void);

/// Gives the cached blocks of all threads back to the system, those of threads that sleep too; all but
/// small blocks of other threads, of which each may keep a megabyte.
void bp_release_cached(void);

/// How many bytes all caches together may hold, but for the small blocks: by default an eighth of the
/// memory that the process may use, at most 1 GiB. Blocks beyond that go back to the system.
size_t bp_cache_limit(void);

/// Sets the limit; what lies in the caches beyond it is given back.
void bp_set_cache_limit(size_t bytes);

/// Asks for `bytes` bytes from `start` on to be brought near before they are read. Only a wish: any
/// address will do, and nothing happens that a program could notice but time.
static inline void bp_prefetch(const void *start, size_t bytes) {
  enum { CACHE_LINE = 64 };
  const char *p = (const char *)start;
  for (size_t offset = 0; offset < bytes; offset += CACHE_LINE) __builtin_prefetch(p + offset);
}

// MARK: Recording

#define BP_CALL_DEPTH 32

/// What this thread is at, for the graph to read and change; a thread-local of C costs a twentieth of
/// a task-local value.
typedef struct {
  int unrecorded_depth;  ///< calls deep in code that asked for operations not to be recorded
  int keeping_depth;     ///< calls deep in code that asked for all numbers to be kept
  void *fused_scope;     ///< what puts element-wise operations off, NULL where nothing does
  int call_depth;        ///< modules that are being called, each by the one before
  uintptr_t calls[BP_CALL_DEPTH];  ///< what is known of the first of them, for errors to name
} bp_recording_state;

bp_recording_state *bp_recording(void);

/// A module is called, of which `what` is known.
static inline void bp_enter_call(bp_recording_state *state, uintptr_t what) {
  if (state->call_depth < BP_CALL_DEPTH) state->calls[state->call_depth] = what;
  state->call_depth++;
}

/// What is known of the module at this depth, which is below `call_depth` and BP_CALL_DEPTH.
static inline uintptr_t bp_call_at(const bp_recording_state *state, int depth) {
  return state->calls[depth];
}

#ifdef __cplusplus
}
#endif
#endif
