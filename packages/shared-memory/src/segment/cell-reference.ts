// What a handle says of an object in a slab: the name of the slab's segment, the cell and its generation; of a part of the
// object also its first word and its bytes. Only letters, digits, - and _, like every reference that is not a name.
const REFERENCE = /^([0-9a-f]{8}-[0-9a-f-]{27})_(\d{1,7})_(\d{1,10})(?:_(\d{1,2})_(\d{1,3}))?$/;

/** As many as a cell counts. */
const MAX_GENERATIONS = 2 ** 30 - 1;

/** Where an object in a slab is. */
export interface CellReference {
  /** Name of the slab's segment. */
  readonly slab: string;
  readonly cell: number;
  /** How many objects were in the cell before. */
  readonly generation: number;
  /** Where it is a part of that object: at which word it starts, and how many bytes it has. */
  readonly part: { readonly word: number; readonly byteLength: number } | undefined;
}

/** What a handle says of it. */
export function formatCellReference({ slab, cell, generation, part }: CellReference): string {
  const whole = `${slab}_${cell}_${generation}`;
  return part === undefined ? whole : `${whole}_${part.word}_${part.byteLength}`;
}

/** Where the object is that a reference leads to; undefined if it leads to a segment. */
export function parseCellReference(reference: unknown): CellReference | undefined {
  const match = typeof reference === 'string' ? REFERENCE.exec(reference) : null;
  if (match === null) return undefined;
  const [, slab = '', cell, generation, word, byteLength] = match;
  if (Number(generation) > MAX_GENERATIONS) return undefined;
  const part = word === undefined ? undefined : { word: Number(word), byteLength: Number(byteLength) };
  return { slab, cell: Number(cell), generation: Number(generation), part };
}
