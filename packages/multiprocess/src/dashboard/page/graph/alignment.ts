const GAP = 10;

/** A card of the right column: its height, and where its middle would like to be. */
interface Wish {
  readonly height: number;
  readonly middle: number;
}

/** The space above each card of a column, so that each is as near to its place as those above it let it be. */
export function marginsFor(wishes: readonly Wish[]): number[] {
  let bottom = 0;
  return wishes.map(({ height, middle }, i) => {
    const least = i === 0 ? 0 : GAP;
    const margin = Math.max(least, Math.round(middle - height / 2 - bottom));
    bottom += margin + height;
    return margin;
  });
}
