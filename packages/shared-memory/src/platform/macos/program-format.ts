const MACH_O = 0xfeedfacf;
const UNIVERSAL = 0xcafebabe;
/** Compiled Java begins with the same word, and with its version where a universal file has the number of its programs. */
const FIRST_JAVA = 45;

/** Whether it is a program of this system. There are no others that can be registered. */
export function isRegisteredFormat(_file: string, head: Buffer): boolean {
  if (head.length < 8) return false;
  return head.readUInt32LE(0) === MACH_O || (head.readUInt32BE(0) === UNIVERSAL && head.readUInt32BE(4) < FIRST_JAVA);
}
