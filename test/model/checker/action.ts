/** What the scheduler may do next. */
export interface Action {
  readonly thread: number;
  /**
   * `step`: the thread's next operation, and what belongs to it. `kill`: it ends here. `expire`: its time to sleep is
   * over. `recheck`: it looks again though no thread woke it.
   */
  readonly kind: 'step' | 'kill' | 'expire' | 'recheck';
  /** Which of several outcomes, from 0 on. */
  readonly choice: number;
}

const SIGNS = { step: '', kill: '!', expire: '-', recheck: '+' } as const;
const KINDS = { '': 'step', '!': 'kill', '-': 'expire', '+': 'recheck' } as const;
const WORD = /^([a-z])([!+-]?)(\d*)(?:x(\d+))?$/;

const nameOf = (thread: number): string => String.fromCharCode(97 + thread);

/** A schedule as one word for each action, as in `a b1 c! ax3`: thread, sign, choice, how often. */
export function formatSchedule(actions: readonly Action[]): string {
  const words: { text: string; times: number }[] = [];
  for (const { thread, kind, choice } of actions) {
    const text = `${nameOf(thread)}${SIGNS[kind]}${choice === 0 ? '' : choice}`;
    const last = words.at(-1);
    if (last?.text === text) last.times++;
    else words.push({ text, times: 1 });
  }
  return words.map(({ text, times }) => (times === 1 ? text : `${text}x${times}`)).join(' ');
}

/** What {@link formatSchedule} wrote. */
export function parseSchedule(schedule: string): Action[] {
  return schedule
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [, name, sign, choice, times] = WORD.exec(word) ?? [];
      if (name === undefined) throw new RangeError(`No action of a schedule: ${word}`);
      const action: Action = {
        thread: name.charCodeAt(0) - 97,
        kind: KINDS[sign as keyof typeof KINDS],
        choice: Number(choice),
      };
      return new Array<Action>(times === undefined ? 1 : Number(times)).fill(action);
    });
}
