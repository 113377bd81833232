// A client of a manager that speaks the frames of its sockets itself, so that it can send what no proxy would.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { deserialize, serialize } from '@multiprocess/serialization';
import { Client } from 'multiprocess';

export const CALL = 1;
export const CREATE = 2;
export const ANSWER = 32;

export const CODECS = {
  msgpack: { encode: serialize, decode: deserialize },
  json: {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  },
};

/** @param {number} value */
export function word(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** A request: its kind, its number, the word 0, a section, a body. */
export function frame(kind, call, body = Buffer.alloc(0), section = 0) {
  return Buffer.concat([word(kind), word(call), word(0), word(section), body]);
}

/** @param {{ address: string, authkey: Uint8Array, timeout?: number }} server */
export async function enter(server) {
  const client = await Client.connect(server);
  await client.recvBytes(); // its greeting
  return client;
}

/** A connection that says nothing by itself, and reads what it gets. */
export function rawConnection(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(socket));
    socket.on('data', () => {});
  });
}

/** @param {number} pid */
export function residentMiB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** @param {number} pid */
export function descriptorsOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}
