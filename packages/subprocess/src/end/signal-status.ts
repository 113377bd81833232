import { constants } from 'node:os';

/** Node has no names for real-time signals, 34 to 64, and does not tell their numbers: the last one stands for all of them. */
const REAL_TIME = 64;

/** The status of a program that was ended by a signal, by its name as Node has it: −N. */
export function signalStatus(name: string): number {
  return -((constants.signals as Readonly<Record<string, number>>)[name] ?? REAL_TIME);
}
