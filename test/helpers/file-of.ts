import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHandle } from '@multiprocess/shared-memory';

/** Where the segments of this test file are. */
export const directory = () => process.env['MULTIPROCESS_DIR'] ?? '';

/** The bytes of an object's file. */
export const fileOf = (object: { readonly handle: string }) =>
  readFileSync(join(directory(), `s-${parseHandle(object.handle).reference}`));
