/* take-slots N REGISTRY SECONDS: N threads each take a slot of the registry as the toolkit does, and keep it for so long. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

/* As packages/shared-memory/src/registry-layout.ts has them. */
enum { HEADER_BYTES = 4096, SLOT_BYTES = 256, SLOT_WORDS = SLOT_BYTES / 4 };
enum { STATE = 16, GENERATION = 17, PROCESS = 18, THREAD = 19, REST = 20 };
enum { HIGH_WORD = 32, GENERATIONS = 524287, WAITERS = (int)0x80000000, OWNER_DIED = 0x40000000 };

static char *registry;
static int seconds;

static int *slot_at(int number) { return (int *)(registry + HEADER_BYTES + number * SLOT_BYTES); }

static void *keep_slot(void *argument) {
  int *slot = slot_at((int)(long)argument);
  slot[GENERATION] = slot[GENERATION] % GENERATIONS + 1;
  memset(slot + REST, 0, (SLOT_WORDS - REST) * 4);

  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init((pthread_mutex_t *)slot, &attributes);
  pthread_mutex_lock((pthread_mutex_t *)slot);
  __atomic_or_fetch(slot, WAITERS, __ATOMIC_SEQ_CST);

  slot[PROCESS] = getpid();
  slot[THREAD] = 1;
  slot[STATE] = 1;
  sleep(seconds);
  return 0;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int slots = atoi(arguments[1]);
  seconds = atoi(arguments[3]);
  int file = open(arguments[2], O_RDWR);
  flock(file, LOCK_SH);
  registry = mmap(0, HEADER_BYTES + slots * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (registry == MAP_FAILED) return 1;
  int *high = (int *)registry + HIGH_WORD;

  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 65536);
  int taken = 0;
  for (int number = 0; number < slots; number++) {
    pthread_t thread;
    int life = slot_at(number)[0];
    if (number < *high && life != 0 && !(life & OWNER_DIED)) continue; /* in use */
    if (number >= *high) *high = number + 1;
    if (pthread_create(&thread, &attributes, keep_slot, (void *)(long)number)) return 1;
    taken++;
  }
  printf("took %d\n", taken);
  fflush(stdout);
  sleep(seconds);
  return 0;
}
