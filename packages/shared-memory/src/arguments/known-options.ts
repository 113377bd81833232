/** As many characters may be wrong, missing, too many, or swapped with their neighbour in what is taken for a slip. */
const SLIPS = 2;
/** Of a name that is shown. */
const MAX_SHOWN = 60;

/**
 * Refuses an option that does not exist: passed over, it would leave its default in force. One that is `undefined` is as good
 * as left out.
 *
 * @throws {@link TypeError} that names it and the one that was probably meant.
 */
export function checkKnown(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name) || (options as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    throw new TypeError(`There is no option ${JSON.stringify(name.slice(0, MAX_SHOWN))}: ${adviceOn(name, known)}`);
  }
}

function adviceOn(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((option) => ({ option, distance: distance(name.slice(0, MAX_SHOWN), option) }))
    .toSorted((one, other) => one.distance - other.distance);
  if (nearest !== undefined && nearest.distance <= SLIPS) return `did you mean ${nearest.option}?`;
  return known.length === 0 ? 'there are none here' : `the options are ${known.join(', ')}`;
}

/** The optimal string alignment distance of Damerau and Levenshtein, without regard to case. */
function distance(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let last: number[] = [];
  let current = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const before = last;
    last = current;
    current = [row];
    for (let at = 1; at <= to.length; at++) {
      const isSame = from[row - 1] === to[at - 1];
      current[at] = Math.min(last[at]! + 1, current[at - 1]! + 1, last[at - 1]! + (isSame ? 0 : 1));
      const isSwapped = row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      if (isSwapped) current[at] = Math.min(current[at]!, before[at - 2]! + 1);
    }
  }
  return current[to.length]!;
}
