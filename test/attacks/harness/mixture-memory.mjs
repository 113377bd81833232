// The referee's memory of the mixture: counters, a record for each actor, texts of faults, and how often each item was seen.
import { SharedMemory } from 'multiprocess';

export const MAX_ACTORS = 4096; // numbers of actors are never used again
export const ITEMS_PER_ACTOR = 2000;

const COUNTERS = [
  ...['lockInside', 'lockBefore', 'lockAfter', 'rlockInside', 'rlockBefore', 'rlockAfter'],
  ...['stop', 'tokens', 'next', 'deaths', 'faults', 'operations', 'timeouts', 'takeovers', 'stoppedAt'],
  ...['barrierPassed', 'place0', 'place1', 'place2'],
];
const RECORDS = ['hasBounded', 'hasPermit', 'dead', 'begun', 'finished', 'inGet', 'host'];

const COUNTER_WORDS = 64;
const FAULT_BYTES = 512;
const MAX_FAULTS = 1000;
const FAULTS_AT = (COUNTER_WORDS + RECORDS.length * MAX_ACTORS) * 4;
const SEEN_AT = FAULTS_AT + MAX_FAULTS * FAULT_BYTES;
const BYTES = SEEN_AT + MAX_ACTORS * ITEMS_PER_ACTOR;

/** Indexes of the counters among the words. */
export const COUNTER = Object.fromEntries(COUNTERS.map((name, index) => [name, index]));

const recordAt = (name, actor) => COUNTER_WORDS + RECORDS.indexOf(name) * MAX_ACTORS + actor;

export class MixtureMemory {
  static create() {
    return new MixtureMemory(new SharedMemory({ size: BYTES }));
  }

  /** @param {SharedMemory} shared */
  constructor(shared) {
    this.shared = shared;
    this.words = new Int32Array(shared.buffer, 0, FAULTS_AT / 4);
    this.bytes = new Uint8Array(shared.buffer);
  }

  get(counter) {
    return Atomics.load(this.words, COUNTER[counter]);
  }

  add(counter, count = 1) {
    return Atomics.add(this.words, COUNTER[counter], count);
  }

  set(counter, value) {
    Atomics.store(this.words, COUNTER[counter], value);
  }

  record(name, actor) {
    return Atomics.load(this.words, recordAt(name, actor));
  }

  setRecord(name, actor, value) {
    return Atomics.exchange(this.words, recordAt(name, actor), value);
  }

  /** Returns how often that item had been seen before. */
  see(actor, item) {
    return Atomics.add(this.bytes, SEEN_AT + actor * ITEMS_PER_ACTOR + item, 1);
  }

  timesSeen(actor, item) {
    return this.bytes[SEEN_AT + actor * ITEMS_PER_ACTOR + item];
  }

  fault(text) {
    const number = this.add('faults');
    if (number >= MAX_FAULTS) return;
    this.bytes.set(Buffer.from(text).subarray(0, FAULT_BYTES - 1), FAULTS_AT + number * FAULT_BYTES);
  }

  get faults() {
    return Array.from({ length: Math.min(MAX_FAULTS, this.get('faults')) }, (_, number) => {
      const at = FAULTS_AT + number * FAULT_BYTES;
      return Buffer.from(this.bytes.slice(at, at + FAULT_BYTES))
        .toString()
        .replace(/\0+$/, '');
    });
  }
}

/** Milliseconds since 1970, the low 32 bits: what fits a word, to be compared by difference. */
export function nowWord() {
  return Math.floor(performance.timeOrigin + performance.now()) | 0;
}
