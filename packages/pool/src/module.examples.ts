// A module without tasks, for the example of `pool.proxy()`.

// #region module
export function reversed(text: string): string {
  return text.split(' ').toReversed().join(' ');
}
// #endregion
