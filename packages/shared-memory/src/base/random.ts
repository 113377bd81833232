// Loading the module takes some milliseconds, which most children need not spend: they make nothing.
const load = () => process.getBuiltinModule('node:crypto');

/** A name that cannot be guessed. */
export function randomName(): string {
  return load().randomUUID();
}

/** Whether it is one of those, and no name that a person would give. */
export function isRandomName(name: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(name);
}

export function randomBytes(byteLength: number): Buffer {
  return load().randomBytes(byteLength);
}
