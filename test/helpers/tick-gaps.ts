/** How many messages came between one tick of a timer and the next, while `takeOne` was called until there were `ticks`. */
export async function messagesBetweenTicks(ticks: number, takeOne: () => Promise<unknown>): Promise<number[]> {
  const counts: number[] = [];
  let count = 0;
  const timer = setInterval(() => {
    counts.push(count);
    count = 0;
  }, 1);
  while (counts.length < ticks) {
    await takeOne();
    count++;
  }
  clearInterval(timer);
  return counts;
}

/** Whether no stretch between two ticks has more messages than all others together: none of them starved the timer. */
export function areSpread(counts: readonly number[]): boolean {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all > counts.length && Math.max(...counts) <= all / 2;
}
