import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REGISTRATIONS = '/proc/sys/fs/binfmt_misc';

/** A path to the program that runs here, even if its file was removed or replaced. */
export function ownProgram(): string {
  return '/proc/self/exe';
}

/** Whether the format of a file with that head is registered with the kernel; undefined if that cannot be read. */
export function isRegisteredFormat(file: string, head: Buffer): boolean | undefined {
  let names: string[];
  try {
    names = readdirSync(REGISTRATIONS);
  } catch {
    return undefined;
  }
  if (!names.includes('status')) return undefined; // not mounted here
  return names.some((name) => name !== 'register' && name !== 'status' && takes(name, file, head));
}

function takes(name: string, file: string, head: Buffer): boolean {
  const text = readFileSync(join(REGISTRATIONS, name), 'latin1');
  const field = (key: string): string | undefined => new RegExp(`^${key} (\\S+)$`, 'm').exec(text)?.[1];
  if (!text.startsWith('enabled')) return false;
  const extension = field('extension');
  if (extension !== undefined) return file.endsWith(extension);
  const magic = Buffer.from(field('magic') ?? '', 'hex');
  const mask = Buffer.from(field('mask') ?? '', 'hex');
  const offset = Number(field('offset') ?? 0);
  return magic.every((byte, i) => ((head[offset + i] ?? 0) & (mask[i] ?? 0xff)) === (byte & (mask[i] ?? 0xff)));
}
