import { threadId } from 'node:worker_threads';
import { hasErrorCode, systemErrorOf } from '../base/errno.js';
import { HandleError, OutOfMemoryError } from '../base/errors.js';
import { ensureDirectory, withDirectory } from '../files/directory.js';
import { closeDescriptor, openDescriptor } from '../platform/descriptor.js';
import { claimLock } from '../platform/index.js';
import { noRoom } from '../files/segment-file.js';
import { native } from '../platform/platform.js';
import { blockThread } from '../runtime/block-thread.js';
import type { Registry } from './registry.js';
import {
  AWAITED,
  BELL,
  BLOCKED,
  GENERATION,
  HIGH,
  INTEREST,
  LIFE_WORD,
  MAX_GENERATION,
  MAX_SLOTS,
  PAGE_BYTES,
  PID,
  SLOT_BITS,
  SLOT_WORDS,
  slotBase,
  THREAD,
} from './registry-layout.js';

// Claiming a slot is rare, once a thread, and done under the claim lock: flock(LOCK_EX) on the directory (on a file in it
// where directories cannot be locked), which the kernel drops when the claimer dies. A claimer first raises GENERATION, which makes every older owner id dead, then takes the
// life cell. If it is killed in between, the cell is free (0) or marked: dead either way, so the next claimer may have it.
const LOCK_EXCLUSIVE = 2;
const OWNER_ONLY = 0o600;
const CLAIM_PAUSE_MS = 1;
const MAX_CLAIM_TRIES = 5000;

/**
 * Takes a slot for the calling thread, for life.
 *
 * @returns the thread's owner id
 * @throws {@link HandleError} if 4095 threads have one already.
 * @throws {@link OutOfMemoryError} if there is no room for it.
 * @throws {@link SystemError} if no descriptor is left, or the directory cannot be used.
 */
export function claimSlot(registry: Registry): number {
  const { directory } = registry;
  return withDirectory(`lock ${directory}`, () => {
    const fd = openForClaim(directory);
    try {
      for (let tries = 0; native().lock(fd, LOCK_EXCLUSIVE) < 0; tries++) {
        if (tries === MAX_CLAIM_TRIES)
          throw new HandleError(`${directory} stays locked: is a process of this toolkit stopped?`);
        blockThread(CLAIM_PAUSE_MS);
      }
      return claimLocked(registry);
    } finally {
      closeDescriptor(fd);
    }
  });
}

/** Opens the directory. If it was removed, makes it anew: threads that claim at the same time meet there. */
function openForClaim(directory: string): number {
  for (;;) {
    try {
      return openClaimLock(directory);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
      ensureDirectory(directory);
    }
  }
}

function openClaimLock(directory: string): number {
  const { path, flags } = claimLock(directory);
  return openDescriptor(path, flags, OWNER_ONLY);
}

function claimLocked(registry: Registry): number {
  const { words, segment } = registry;
  const high = findHighest(registry);
  let slot = 0;
  while (slot < high && !registry.isDead(registry.ownerOf(slot))) slot++;
  if (slot === MAX_SLOTS) throw new HandleError(`${MAX_SLOTS} threads share ${registry.directory} already`);
  const base = slotBase(slot);
  const cellByte = registry.cellByte(slot);
  reserveByte(registry, base * 4);
  reserveByte(registry, cellByte);
  const generation = (Atomics.load(words, base + GENERATION) % MAX_GENERATION) + 1;
  Atomics.store(words, base + GENERATION, generation);
  for (let index = base + INTEREST; index < base + BELL; index++) Atomics.store(words, index, 0);
  Atomics.store(words, base + BELL, 0);
  words.fill(0, base + BLOCKED, base + INTEREST);
  words.fill(0, base + AWAITED, base + SLOT_WORDS);
  const lifeByte = native().claimLife(segment, cellByte);
  if (lifeByte < 0) throw noRoom(lifeByte, registry.directory, PAGE_BYTES);
  words[base + PID] = process.pid;
  words[base + THREAD] = threadId;
  Atomics.store(words, base + LIFE_WORD, lifeByte / 4 + 1);
  Atomics.store(words, HIGH, Math.max(high, slot + 1));
  return (generation << SLOT_BITS) | (slot + 1);
}

function reserveByte({ directory, segment }: Registry, byteOffset: number): void {
  const status = native().reserve(segment, byteOffset, 1);
  if (status === 0) return;
  const cause = systemErrorOf(status, 'fallocate');
  throw new OutOfMemoryError(`No room for another thread in ${directory}`, { cause });
}

/**
 * Forgets the highest slots if their threads have ended: every wake looks at all slots up to HIGH. Never waits and never
 * fails: does nothing while another thread claims a slot.
 */
export function trimSlots(registry: Registry): void {
  const high = registry.slots;
  if (high === 0 || !registry.isDead(registry.ownerOf(high - 1))) return;
  try {
    const fd = openClaimLock(registry.directory);
    try {
      if (native().lock(fd, LOCK_EXCLUSIVE) === 0) Atomics.store(registry.words, HIGH, findHighest(registry));
    } finally {
      closeDescriptor(fd);
    }
  } catch {
    // No descriptor is free, for example. Another wake will trim.
  }
}

/** One more than the highest slot whose thread lives. Under the claim lock, so that it stays so. */
function findHighest(registry: Registry): number {
  let high = registry.slots;
  while (high > 0 && registry.isDead(registry.ownerOf(high - 1))) high--;
  return high;
}
