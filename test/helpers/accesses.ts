/**
 * How often this thread looks at memory by Atomics while `action` goes on. A thread that waits for another does so a few
 * times; one that tries again and again, as often as it can.
 */
export async function accessesDuring(action: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const originals = { load: Atomics.load, compareExchange: Atomics.compareExchange };
  const counting = (name: keyof typeof originals) => {
    const original = originals[name] as (...args: unknown[]) => number;
    return (...args: unknown[]): number => {
      count++;
      return original(...args);
    };
  };
  Object.assign(Atomics, { load: counting('load'), compareExchange: counting('compareExchange') });
  try {
    await action();
  } finally {
    Object.assign(Atomics, originals);
  }
  return count;
}
