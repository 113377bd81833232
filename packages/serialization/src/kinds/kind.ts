import type { SharedObject } from '@multiprocess/shared-memory';
import type { BufferTable } from '../wire/buffer-table.js';

/** The handle that stands for an object in one message; undefined for the object's own. `refuse` throws: it cannot be sent there. */
export type HandleOf = (object: SharedObject, refuse: (reason: string) => never) => string | undefined;

/** A step of a path that is neither a property nor an index: into a Map, a Set or an error. Called only to be shown. */
export type Step = () => string;

/** How objects that MessagePack has no type for become the fields of a tagged array, and objects again. */
export interface Kind<T extends object> {
  /** One of `Tag`. */
  readonly tag: number;
  /** Adds the fields. `level` is for {@link FieldWriter.step}. */
  encode(to: FieldWriter, value: T, level: number): void;
  /** Takes all fields. Must register the object before it decodes what is in it. */
  decode(from: FieldReader): unknown;
}

/** Takes the fields of the tagged array that is being written. */
export interface FieldWriter {
  readonly buffers: BufferTable;
  readonly handleOf: HandleOf;
  /** Adds a field. */
  value(value: unknown): void;
  /** Adds the payload of an object that the decoder can make only afterwards: the payload must not lead back to it. */
  payload(owner: object, payload: unknown): void;
  /** Runs `encode`; if what it adds cannot be serialized, takes it back and returns false. */
  attempt(encode: () => void): boolean;
  /** Says where in the object the next field is, for the path of an error. */
  step(level: number, step: string | number | Step): void;
  /** The message names a module. */
  noteModule(url: string): void;
  fail(reason: string): never;
}

/** Writes objects of every kind as MessagePack has types for. */
export interface ObjectWriter extends FieldWriter {
  record(value: object): unknown;
  array(value: readonly unknown[]): unknown;
  extension<T extends object>(kind: Kind<T>, value: T): unknown;
}

/** Gives the fields of the tagged array that is being read. */
export interface FieldReader {
  readonly buffers: BufferSource;
  atEnd(): boolean;
  /** The next field, decoded. */
  value(): unknown;
  string(): string;
  number(): number;
  /** A size, offset, count or index. */
  natural(): number;
  /** Gives `object` its number. Call it for every object, before anything in it is decoded. */
  register<T extends object>(object: T): T;
  /** Takes a number for an object that can be made only once its payload is decoded. */
  reserve(): number;
  /** Gives a reserved number to its object. */
  fulfil<T>(number: number, object: T): T;
  fail(reason: string): never;
}

/** The array buffers of a message. */
export interface BufferSource {
  /** The whole of buffer `index`. Never a part of the message: the receiver may transfer or resize it. */
  buffer(index: number): ArrayBuffer;
  /** Where to make a view of `byteLength` bytes from the sender's `byteOffset` of buffer `index`. */
  region(index: number, byteOffset: number, byteLength: number): BufferRegion;
}

/** What to make a view of. */
export interface BufferRegion {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
}
