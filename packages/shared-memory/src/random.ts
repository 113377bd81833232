// Loading the module takes some milliseconds, which most children need not spend: they make nothing.
const load = () => process.getBuiltinModule('node:crypto');

/** A name that nobody can guess. */
export function randomName(): string {
  return load().randomUUID();
}

export function randomBytes(byteLength: number): Buffer {
  return load().randomBytes(byteLength);
}
