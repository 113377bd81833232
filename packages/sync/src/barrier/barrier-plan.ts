import { deserialize, isTask, serialize } from '@multiprocess/serialization';
import { CorruptSegmentError, wholeLines } from '@multiprocess/shared-memory';
import type { ObjectMemory, ObjectState, Peek } from '@multiprocess/shared-memory';
import { MAX_PARTIES } from './barrier-options.js';
import type { Action, BarrierOptions } from './barrier-options.js';
import { PartyTable } from '../words/party-table.js';

// Layout: words that never change once other threads can see them, a party table, and the message of the action if it is a
// task. For the table after a crash, and why no wake is lost, see party-table.ts.
//   0     number of parties
//   1     NONE, TASK or FUNCTION: the kind of action
//   2, 3  a double: the default timeout of a wait, in ms
//   4     bytes of the message
const PARTIES = 0;
const ACTION = 1;
const TIMEOUT_BYTE = 8;
const MESSAGE_BYTES = 4;
const TABLE = 5;
const MAX_MESSAGE_BYTES = 2 ** 16;

const NONE = 0;
const TASK = 1;
const FUNCTION = 2;

/** The options of a barrier, as they are stored in its memory. */
export interface BarrierPlan {
  readonly parties: number;
  readonly timeout: number;
  readonly kind: number;
  readonly message: Uint8Array;
}

export function makePlan({ parties, action, timeout = Infinity }: BarrierOptions): BarrierPlan {
  const message = isTask(action) ? serialize(action) : new Uint8Array();
  const kind = action === undefined ? NONE : isTask(action) ? TASK : FUNCTION;
  return { parties, timeout: Math.max(0, timeout), kind, message };
}

export function bytesFor({ parties, message }: BarrierPlan): number {
  return wholeLines(tableEnd(parties) + message.length);
}

export function writePlan({ words, firstWord, buffer, byteOffset }: ObjectMemory, plan: BarrierPlan): void {
  words[firstWord + PARTIES] = plan.parties;
  words[firstWord + ACTION] = plan.kind;
  new Float64Array(buffer, byteOffset + TIMEOUT_BYTE, 1)[0] = plan.timeout;
  words[firstWord + MESSAGE_BYTES] = plan.message.length;
  new Uint8Array(buffer, byteOffset + tableEnd(plan.parties)).set(plan.message);
}

/** @throws {@link CorruptSegmentError} if the memory holds no barrier. */
export function readPlan({ words, firstWord, buffer, byteOffset, byteLength, reference }: ObjectMemory): BarrierPlan {
  const isWhole = byteLength >= tableEnd(1);
  const parties = isWhole ? words[firstWord + PARTIES]! : 0;
  const length = isWhole ? words[firstWord + MESSAGE_BYTES]! : 0;
  const timeout = isWhole ? new Float64Array(buffer, byteOffset + TIMEOUT_BYTE, 1)[0]! : NaN;
  const isSound = parties >= 1 && parties <= MAX_PARTIES && length >= 0 && length <= MAX_MESSAGE_BYTES && timeout >= 0;
  const plan = { parties, timeout, kind: words[firstWord + ACTION] ?? NONE };
  if (!isSound || byteLength !== bytesFor({ ...plan, message: new Uint8Array(length) })) {
    throw new CorruptSegmentError(`${reference} is not a barrier of ${parties} parties`);
  }
  return { ...plan, message: new Uint8Array(buffer, byteOffset + tableEnd(parties), length).slice() };
}

export function isSamePlan(a: BarrierPlan, b: BarrierPlan): boolean {
  const isSameAction = a.kind === b.kind && Buffer.compare(a.message, b.message) === 0;
  return isSameAction && a.parties === b.parties && a.timeout === b.timeout;
}

/** The action, if any party can run it. */
export function decodeAction({ kind, message }: BarrierPlan): Action | undefined {
  return kind === TASK ? (deserialize(message) as Action) : undefined;
}

export function hasAction({ kind }: BarrierPlan): boolean {
  return kind !== NONE;
}

export function openTable({ words, firstWord, thread }: ObjectMemory, { parties }: BarrierPlan): PartyTable {
  return new PartyTable(words, firstWord + TABLE, parties, thread);
}

/** The state of a barrier, read from outside. */
export function lookAtBarrier(peek: Peek): ObjectState {
  return PartyTable.look(peek, TABLE, Math.min(Math.max(1, peek(PARTIES, 1)[0]!), MAX_PARTIES));
}

function tableEnd(parties: number): number {
  return (TABLE + PartyTable.wordsFor(parties)) * 4;
}
