// @ts-check
// The symbols of a Mach-O file for 64-bit processors (mach-o/loader.h, mach-o/nlist.h), and those of stubs of libraries.
import { readFileSync } from 'node:fs';

const MAGIC = 0xfeedfacf;
const HEADER_BYTES = 32;
const PROCESSOR = 4;
const COMMAND_COUNT = 16;
const SYMBOL_TABLE = 2; // LC_SYMTAB
const SYMBOL_BYTES = 16;
const DEBUGGING = 0xe0; // N_STAB
const DEFINED = 0x0e; // N_TYPE, 0 for what is not
const EXTERNAL = 0x01; // N_EXT

/** @type {Record<number, string>} */
const PROCESSORS = { 0x0100000c: 'arm64', 0x01000007: 'x64' };

/**
 * @param {string} file
 * @returns {{ processor: string, exported: Set<string>, missing: string[] }} `missing`: what others must define
 */
export function symbolsOf(file) {
  const bytes = readFileSync(file);
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC)
    throw new Error(`${file} is not a 64-bit Mach-O file`);
  /** @type {Set<string>} */
  const exported = new Set();
  /** @type {string[]} */
  const missing = [];
  for (let at = HEADER_BYTES, left = bytes.readUInt32LE(COMMAND_COUNT); left > 0; left--) {
    const [command, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    if (command === SYMBOL_TABLE) {
      const [symbols = 0, count = 0, strings = 0] = [8, 12, 16].map((field) => bytes.readUInt32LE(at + field));
      for (let symbol = symbols; symbol < symbols + count * SYMBOL_BYTES; symbol += SYMBOL_BYTES) {
        const kind = bytes.readUInt8(symbol + 4);
        if ((kind & DEBUGGING) !== 0 || (kind & EXTERNAL) === 0) continue;
        const start = strings + bytes.readUInt32LE(symbol);
        const name = bytes.toString('latin1', start, bytes.indexOf(0, start));
        if ((kind & DEFINED) === 0) missing.push(name);
        else exported.add(name);
      }
    }
    at += length;
  }
  return { processor: PROCESSORS[bytes.readUInt32LE(PROCESSOR)] ?? 'another', exported, missing };
}

/**
 * What a stub (.tbd, version 4) says that its libraries export.
 *
 * @param {string} file
 * @param {string} target as stubs call it
 */
export function symbolsOfStub(file, target) {
  /** @type {Set<string>} */
  const found = new Set();
  const sections = readFileSync(file, 'utf8').matchAll(/- targets:\s*\[([^\]]*)\]((?:\s*[\w-]+:\s*\[[^\]]*\])+)/g);
  for (const [, targets = '', lists = ''] of sections) {
    if (!namesIn(targets).includes(target)) continue;
    for (const [, kind, names = ''] of lists.matchAll(/([\w-]+):\s*\[([^\]]*)\]/g)) {
      if (kind?.endsWith('symbols')) for (const name of namesIn(names)) found.add(name);
    }
  }
  return found;
}

/** @param {string} list */
function namesIn(list) {
  return list.split(',').map((name) => name.trim().replace(/^['"]|['"]$/g, ''));
}
