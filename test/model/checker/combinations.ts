/** In how many ways `count` can be chosen of `of`. */
export function combinations(of: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < count; i++) ways = (ways * (of - i)) / (i + 1);
  return ways;
}

/** One of these ways, by its number. */
export function combination<T>(of: readonly T[], count: number, choice: number): T[] {
  if (count === 0) return [];
  const [first, ...rest] = of;
  const withFirst = combinations(rest.length, count - 1);
  if (choice < withFirst) return [first!, ...combination(rest, count - 1, choice)];
  return combination(rest, count, choice - withFirst);
}
