// What control groups leave to this process. A container's share of the processors is mostly a quota
// of time and not a set of processors, so a program that asks only for the latter starts threads that
// the system then holds back. See cgroups(7), and "cpu.max" in Documentation/admin-guide/cgroup-v2.rst
// and "cpu.cfs_quota_us" in Documentation/scheduler/sched-bwc.rst of Linux.
//
// Everything is read as text under a root folder, so tests can lay out trees of their own. What is
// missing or makes no sense is no limit.
#include "CRuntime.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAXIMUM_PATH = 4096, MAXIMUM_VALUE = 128 };
static const uint64_t NO_LIMIT = UINT64_MAX;
/// Where version 1 has no limit of memory, it names the largest number that is whole in pages.
static const uint64_t ABSURD_MEMORY = (uint64_t)1 << 62;

/// The limit that the group of this folder sets by itself, whichever version it is of.
typedef uint64_t (*limit_of_folder)(const char *folder);

// MARK: Values

/// Reads the short file `name` of `folder`; false if there is none or it is longer than any value.
static bool read_value(const char *folder, const char *name, char text[MAXIMUM_VALUE]) {
  char path[MAXIMUM_PATH];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return false;
  FILE *file = fopen(path, "r");
  if (!file) return false;
  size_t length = fread(text, 1, MAXIMUM_VALUE, file);
  fclose(file);
  if (length == MAXIMUM_VALUE) return false;
  text[length] = 0;
  return true;
}

/// Takes a word of digits from the front of `*text`; false for any other word ("max", "-1").
static bool take_number(const char **text, uint64_t *number) {
  while (isspace((unsigned char)**text)) ++*text;
  if (!isdigit((unsigned char)**text)) return false;
  char *end;
  errno = 0;
  *number = strtoull(*text, &end, 10);
  *text = end;
  return errno == 0 && (*end == 0 || isspace((unsigned char)*end));
}

static bool read_number(const char *folder, const char *name, uint64_t *number) {
  char text[MAXIMUM_VALUE];
  const char *rest = text;
  return read_value(folder, name, text) && take_number(&rest, number);
}

/// Processors, with a part of one for a whole one: two threads on one and a half are held back for a
/// quarter of the time, one thread would leave a third unused.
static uint64_t processors_of_folder(const char *folder) {
  char text[MAXIMUM_VALUE];
  const char *rest = text;
  uint64_t quota, period;
  bool version2 = read_value(folder, "cpu.max", text) && take_number(&rest, &quota) &&
                  take_number(&rest, &period);
  bool version1 = !version2 && read_number(folder, "cpu.cfs_quota_us", &quota) &&
                  read_number(folder, "cpu.cfs_period_us", &period);
  if (!(version1 || version2) || quota == 0 || period == 0) return NO_LIMIT;
  return quota / period + (quota % period != 0);
}

static uint64_t memory_of_folder(const char *folder) {
  uint64_t bytes;
  bool found = read_number(folder, "memory.max", &bytes) ||
               read_number(folder, "memory.limit_in_bytes", &bytes);
  return found && bytes > 0 && bytes < ABSURD_MEMORY ? bytes : NO_LIMIT;
}

// MARK: Groups and mounts

/// Whether `word` is one of a list with commas.
static bool lists(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *item = list; item; item = strchr(item, ','), item = item ? item + 1 : NULL) {
    if (strncmp(item, word, length) == 0 && (item[length] == ',' || item[length] == 0)) return true;
  }
  return false;
}

/// The path of this process's group in the hierarchy of `controller`, or of version 2 if it is NULL:
/// from a line "number:controllers:path" of /proc/self/cgroup.
static bool find_group(const char *root, const char *controller, char path[MAXIMUM_PATH]) {
  char name[MAXIMUM_PATH];
  if (snprintf(name, sizeof name, "%s/proc/self/cgroup", root) >= (int)sizeof name) return false;
  FILE *file = fopen(name, "r");
  if (!file) return false;
  char *line = NULL;
  size_t capacity = 0;
  bool found = false;
  while (!found && getline(&line, &capacity, file) > 0) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group || group[1] != '/' || strlen(group + 1) >= MAXIMUM_PATH) continue;
    *controllers++ = *group++ = 0;
    if (controller ? !lists(controllers, controller) : strcmp(line, "0") != 0 || *controllers) {
      continue;
    }
    strcpy(path, group);
    found = true;
  }
  free(line);
  fclose(file);
  return found;
}

/// Undoes the octal escapes of spaces and the like (\040) in place.
static void unescape(char *text) {
  char *to = text;
  for (char *from = text; *from; to++) {
    if (from[0] == '\\' && from[1] && from[2] && from[3]) {
      *to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
      from += 4;
    } else {
      *to = *from++;
    }
  }
  *to = 0;
}

/// A line of /proc/self/mountinfo: "36 35 98:0 /root /mount/point options fields… - type source
/// options of the file system", with any number of fields before the dash.
typedef struct {
  char *root, *point, *type, *options;
} mount_entry;

static bool parse_mount(char *line, mount_entry *found) {
  *found = (mount_entry){0};
  line[strcspn(line, "\n")] = 0;
  char *rest = NULL;
  int position = 0, dash = 0;
  for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (position == 3) found->root = word;
    if (position == 4) found->point = word;
    if (position >= 6 && dash == 0 && strcmp(word, "-") == 0) dash = position;
    if (dash && position == dash + 1) found->type = word;
    if (dash && position == dash + 3) found->options = word;
    position++;
  }
  if (!found->options) return false;
  unescape(found->root);
  unescape(found->point);
  return true;
}

/// The least limit of the group at `group` and of those above it, as far as the mount shows them.
static uint64_t least_limit(
  const char *root, const mount_entry *mount, const char *group, limit_of_folder limit) {
  // A container may see the tree from its own group on, which the mount then names as its root. A
  // group that lies elsewhere cannot be seen; the mount's own limits are the best that is known.
  size_t length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
  bool within = strncmp(group, mount->root, length) == 0 && !strstr(group, "/..") &&
                (group[length] == '/' || group[length] == 0);
  const char *below = within && strcmp(group + length, "/") != 0 ? group + length : "";
  char folder[MAXIMUM_PATH];
  int written = snprintf(folder, sizeof folder, "%s%s%s", root, mount->point, below);
  if (written >= (int)sizeof folder) return NO_LIMIT;
  size_t top = (size_t)written - strlen(below);
  for (uint64_t least = NO_LIMIT;;) {
    uint64_t own = limit(folder);
    if (own < least) least = own;
    if (strlen(folder) <= top) return least;
    *strrchr(folder, '/') = 0;
  }
}

/// The least limit in all hierarchies that have one; a system may mount both versions.
static uint64_t least_limit_of_process(
  const char *root, const char *controller, limit_of_folder limit) {
  char path[MAXIMUM_PATH], group[MAXIMUM_PATH];
  if (snprintf(path, sizeof path, "%s/proc/self/mountinfo", root) >= (int)sizeof path) {
    return NO_LIMIT;
  }
  FILE *file = fopen(path, "r");
  if (!file) return NO_LIMIT;
  uint64_t least = NO_LIMIT;
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, file) > 0) {
    mount_entry mount;
    if (!parse_mount(line, &mount)) continue;
    bool version2 = strcmp(mount.type, "cgroup2") == 0;
    bool version1 = strcmp(mount.type, "cgroup") == 0 && lists(mount.options, controller);
    if (!(version1 || version2)) continue;
    if (!find_group(root, version2 ? NULL : controller, group)) continue;
    uint64_t own = least_limit(root, &mount, group, limit);
    if (own < least) least = own;
  }
  free(line);
  fclose(file);
  return least;
}

// MARK: Interface

size_t bp_cgroup_processors(const char *root) {
  uint64_t count = least_limit_of_process(root, "cpu", processors_of_folder);
  return count == NO_LIMIT || count > SIZE_MAX ? 0 : (size_t)count;
}

uint64_t bp_cgroup_memory(const char *root) {
  uint64_t bytes = least_limit_of_process(root, "memory", memory_of_folder);
  return bytes == NO_LIMIT ? 0 : bytes;
}
