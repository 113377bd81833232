// The states of a party at a barrier, as they are stored in shared memory.
export const WAITING = 1;
export const CAN_ACT = 2; // waiting, and able to run the action
export const PASSED = 3;
export const TIMED_OUT = 4;
export const ABORTED = 5;
export const RESET = 6;
export const DIED = 7;
export const ACTION_FAILED = 8;
export const NO_ACTOR = 9;

/** Whether the party still waits. */
export function isUndecided(state: number): boolean {
  return state === WAITING || state === CAN_ACT;
}

const REASONS: Readonly<Record<number, string>> = {
  [TIMED_OUT]: 'a party waited longer than its timeout',
  [ABORTED]: 'it was aborted',
  [RESET]: 'it was reset while parties waited',
  [DIED]: 'a party that waited died',
  [ACTION_FAILED]: 'its action failed',
  [NO_ACTOR]:
    'its action is a function of the thread that created it, which was not among the parties; use a task, which any party can run',
};

/** Why the barrier is broken. */
export function whyBroken(state: number): string {
  return REASONS[state] ?? 'its memory was overwritten';
}
