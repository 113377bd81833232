import { expect, test } from 'vitest';
import { ReplyError, RespReader } from '../../packages/redis/build/link/resp-reader.js';
import { RespWriter } from '../../packages/redis/build/link/resp-writer.js';

/** What a reader makes of these pieces, with pushes as `['pushed', …]`. */
function read(...pieces: readonly Buffer[]): unknown[] {
  const found: unknown[] = [];
  const plain = (value: unknown): unknown => {
    if (Buffer.isBuffer(value)) return value.toString();
    return Array.isArray(value) ? value.map(plain) : value;
  };
  const reader = new RespReader(
    (value: unknown) => found.push(plain(value)),
    (values: readonly unknown[]) => found.push(['pushed', ...values.map(plain)]),
  );
  for (const piece of pieces) reader.read(piece);
  return found;
}

const STREAM = Buffer.from(
  [
    '+OK\r\n',
    ':-12\r\n',
    '$5\r\nhe\r\nl\r\n',
    '$0\r\n\r\n',
    '$-1\r\n',
    '_\r\n',
    '*3\r\n:1\r\n$1\r\na\r\n*1\r\n+x\r\n',
    '*0\r\n',
    '%1\r\n+key\r\n:7\r\n',
    '>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n',
    '=7\r\ntxt:abc\r\n',
    '+last\r\n',
  ].join(''),
);
const VALUES = [
  'OK',
  -12,
  'he\r\nl',
  '',
  null,
  null,
  [1, 'a', ['x']],
  [],
  ['key', 7],
  ['pushed', 'message', 'c', 'hi'],
  'txt:abc',
  'last',
];

test('the reader finds every kind of reply', () => {
  expect(read(STREAM)).toEqual(VALUES);
});

test('wherever the bytes are cut, the reader finds the same', () => {
  for (let at = 1; at < STREAM.length; at++) {
    expect(read(STREAM.subarray(0, at), STREAM.subarray(at)), `cut at ${at}`).toEqual(VALUES);
  }
  expect(read(...Array.from(STREAM, (byte) => Buffer.from([byte])))).toEqual(VALUES);
});

test('an error is a value of its own, also among others', () => {
  const found: unknown[] = [];
  new RespReader(
    (value: unknown) => found.push(value),
    () => undefined,
  ).read(Buffer.from('-ERR no such thing\r\n+OK\r\n'));
  expect(found[0]).toBeInstanceOf(ReplyError);
  expect((found[0] as Error).message).toBe('ERR no such thing');
  expect(String(found[1])).toBe('OK');
});

test('what is written is read as it was, whatever it is and however long', () => {
  const words = ['SET', 'Schlüssel', Buffer.from([0, 13, 10, 255]), '', 'x'.repeat(100_000)];
  const writer = new RespWriter();
  expect(writer.isEmpty).toBe(true);
  writer.add(['PING']);
  writer.add(words);
  const found: unknown[] = [];
  new RespReader(
    (value: unknown) => found.push(value),
    () => undefined,
  ).read(writer.take());
  expect(writer.isEmpty).toBe(true);
  expect(found).toEqual([[Buffer.from('PING')], words.map((word) => Buffer.from(word as string))]);
});
