// A module without tasks, for the example of `pool.proxy()`.

export function reversed(text: string): string {
  return text.split(' ').toReversed().join(' ');
}
