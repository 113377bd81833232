// The reference of an object in a slab, the last part of its handle: the name of the slab's segment, the cell and its
// generation; for a part of the object also its first word and its bytes. Like every reference that is not a name, it has
// letters, digits, - and _ only.
const REFERENCE = /^([0-9a-f]{8}-[0-9a-f-]{27})_(\d{1,7})_(\d{1,10})(?:_(\d{1,2})_(\d{1,3}))?$/;

/** A cell counts no further. */
const MAX_GENERATIONS = 2 ** 30 - 1;

/** Where an object in a slab is. */
export interface CellReference {
  /** Name of the slab's segment. */
  readonly slab: string;
  readonly cell: number;
  /** How many objects were in the cell before. */
  readonly generation: number;
  /** For a part of the object: the word at which it starts, and how many bytes it has. */
  readonly part: { readonly word: number; readonly byteLength: number } | undefined;
}

/** The reference of an object in a slab. */
export function formatCellReference({ slab, cell, generation, part }: CellReference): string {
  const whole = `${slab}_${cell}_${generation}`;
  return part === undefined ? whole : `${whole}_${part.word}_${part.byteLength}`;
}

/** Where the object of a reference is; undefined if it is not in a slab. */
export function parseCellReference(reference: unknown): CellReference | undefined {
  const match = typeof reference === 'string' ? REFERENCE.exec(reference) : null;
  if (match === null) return undefined;
  const [, slab = '', cell, generation, word, byteLength] = match;
  if (Number(generation) > MAX_GENERATIONS) return undefined;
  const part = word === undefined ? undefined : { word: Number(word), byteLength: Number(byteLength) };
  return { slab, cell: Number(cell), generation: Number(generation), part };
}
