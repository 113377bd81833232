// Loaded when needed: that takes some milliseconds, and most children never need it.
const load = () => process.getBuiltinModule('node:crypto');

/** A name that cannot be guessed. */
export function randomName(): string {
  return load().randomUUID();
}

/** Whether {@link randomName} made it, rather than a person. */
export function isRandomName(name: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(name);
}

/** Bytes that cannot be guessed. */
export function randomBytes(byteLength: number): Buffer {
  return load().randomBytes(byteLength);
}
