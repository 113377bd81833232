/* take-slots N REGISTRY SECONDS: takes N slots of the registry for threads that seem to live, and ends them after so long. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

/* As packages/shared-memory/src/thread/registry-layout.ts has them. */
enum { HEADER_BYTES = 4096, SLOT_WORDS = 64, MAX_SLOTS = 4095, LARGEST_PAGE = 65536, HIGH_WORD = 32 };
enum { LIFE_WORD = 16, GENERATION = 17, PROCESS = 18, THREAD = 19, REST = 20 };
enum { GENERATIONS = 524287, OWNER_DIED = 0x40000000 };

static char *registry;

static int *slot_at(int number) { return (int *)(registry + HEADER_BYTES) + number * SLOT_WORDS; }

static long cells_start(void) {
  long slots_end = HEADER_BYTES + (long)MAX_SLOTS * SLOT_WORDS * 4;
  return (slots_end + LARGEST_PAGE - 1) / LARGEST_PAGE * LARGEST_PAGE;
}

/* Two cells at the end of every second page. */
static int *cell_of(int number, long page) {
  return (int *)(registry + cells_start() + number / 2 * 2 * page + page - 8 - number % 2 * 16);
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int slots = atoi(arguments[1]);
  int file = open(arguments[2], O_RDWR);
  flock(file, LOCK_SH);
  long page = sysconf(_SC_PAGESIZE);
  registry = mmap(0, cells_start() + (MAX_SLOTS + 1) / 2 * 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (registry == MAP_FAILED) return 1;

  static int *taken[MAX_SLOTS];
  int number_taken = 0;
  int *high = (int *)registry + HIGH_WORD;
  for (int number = 0; number < slots; number++) {
    int *slot = slot_at(number), *cell = cell_of(number, page);
    int life = cell[slot[LIFE_WORD] == 2 ? 1 : 0];
    if (number < *high && life != 0 && !(life & OWNER_DIED)) continue; /* in use */
    slot[GENERATION] = slot[GENERATION] % GENERATIONS + 1;
    memset(slot + REST, 0, (SLOT_WORDS - REST) * 4);
    cell[0] = getpid();
    slot[PROCESS] = getpid();
    slot[THREAD] = number;
    slot[LIFE_WORD] = 1;
    if (number >= *high) *high = number + 1;
    taken[number_taken++] = cell;
  }
  printf("took %d\n", number_taken);
  fflush(stdout);
  sleep(atoi(arguments[3]));
  for (int i = 0; i < number_taken; i++) __atomic_or_fetch(taken[i], OWNER_DIED, __ATOMIC_SEQ_CST); /* as the kernel does */
  return 0;
}
