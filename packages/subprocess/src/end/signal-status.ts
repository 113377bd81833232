import { constants } from 'node:os';

/** Stands for all real-time signals, 34 to 64: Node has no names for them and does not report their numbers. */
const REAL_TIME = 64;

/** The status of a program that was ended by a signal, by its name as Node has it: −N. */
export function signalStatus(name: string): number {
  return -((constants.signals as Readonly<Record<string, number>>)[name] ?? REAL_TIME);
}
