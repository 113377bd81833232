import { types } from 'node:util';
import { importNeeded } from '@multiprocess/serialization';
import {
  CALL,
  CANCEL,
  CREATE,
  BATCH,
  EXPORT,
  INFO,
  LEASE,
  REGISTER,
  RELEASE,
  SHUTDOWN,
  UNSENT,
  readFrame,
  splitFrames,
} from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import { Call, GIVEN_UP } from './call.js';
import { callMethod } from './call-method.js';
import type { Makers } from './makers.js';
import { NotMadeYet } from './objects.js';
import type { Objects } from './objects.js';
import type { Registration } from './registration.js';
import type { Session } from './session.js';

/** What clients can ask of the server itself. */
interface ServerControl {
  info(): unknown;
  shutdown(): void;
}

/** Does what the frames of clients say. */
export class Dispatcher {
  readonly #objects: Objects;
  readonly #makers: Makers;
  readonly #control: ServerControl;

  constructor(objects: Objects, makers: Makers, control: ServerControl) {
    this.#objects = objects;
    this.#makers = makers;
    this.#control = control;
  }

  /** Takes bytes of a client that has been let in. Whatever they are, at most its own call fails. */
  receive(session: Session, bytes: Uint8Array): void {
    if (session.deferred !== undefined) {
      session.deferred.push(bytes.slice());
      return;
    }
    const frame = readFrame(bytes);
    if (frame === undefined) return;
    const needed = importNeededBy(frame);
    if (needed === undefined) this.#do(session, frame, bytes);
    else void this.#doOnceImported(session, bytes.slice(), needed);
  }

  /** What this client sends meanwhile is done afterwards, in its order. Others do not wait. */
  async #doOnceImported(session: Session, bytes: Uint8Array, needed: Promise<unknown>): Promise<void> {
    const waiting: Uint8Array[] = (session.deferred = []);
    await needed;
    session.deferred = undefined;
    this.#do(session, readFrame(bytes)!, bytes);
    for (const next of waiting) this.receive(session, next);
  }

  /** @param bytes what the frame was read from */
  #do(session: Session, frame: Frame, bytes: Uint8Array): void {
    try {
      this.#handle(session, frame);
    } catch (error) {
      if (!(error instanceof NotMadeYet)) session.fail(frame.call, error);
      else this.#receiveLater(session, bytes.slice(), error.object); // what is in the ring is good only during this call
    }
  }

  /** A request that refers to an object which another one is still making is done when that is known to be there, or not. */
  #receiveLater(session: Session, bytes: Uint8Array, object: number): void {
    this.#objects.whenMade(object, () => {
      this.receive(session, bytes);
    });
  }

  #handle(session: Session, frame: Frame): void {
    switch (frame.kind) {
      case CALL:
        this.#call(session, frame);
        return;
      case CREATE: {
        const [number, type, args] = listOf(session.codec.decode(frame.body), 3);
        this.#objects.create(checkNumber(number), session, () => this.#makers.make(String(type), listOf(args)));
        return;
      }
      case UNSENT: {
        const [number, error] = listOf(session.codec.decode(frame.body), 2);
        this.#objects.create(checkNumber(number), session, async () => {
          throw error;
        });
        return;
      }
      case RELEASE: {
        const pairs = listOf(session.codec.decode(frame.body));
        for (let i = 0; i + 1 < pairs.length; i += 2) {
          this.#objects.release(checkNumber(pairs[i]), checkNumber(pairs[i + 1]), session);
        }
        return;
      }
      case LEASE:
        this.#objects.lease(checkNumber(session.codec.decode(frame.body)), session);
        return;
      case EXPORT:
        this.#objects.export(checkNumber(session.codec.decode(frame.body)), session);
        return;
      case CANCEL:
        session.pending.get(checkNumber(session.codec.decode(frame.body)))?.cancel();
        return;
      case BATCH:
        for (const one of splitFrames(frame.body)) {
          const inner = readFrame(one);
          if (inner !== undefined && inner.kind !== BATCH) this.#do(session, inner, one);
        }
        return;
      case REGISTER:
        this.#makers.register(session.codec.decode(frame.body) as Registration);
        session.reply(frame.call, undefined);
        return;
      case INFO:
        session.reply(frame.call, this.#control.info());
        return;
      case SHUTDOWN:
        session.reply(frame.call, undefined);
        this.#control.shutdown();
        return;
      default:
        session.fail(frame.call, new TypeError(`The manager does not know requests of kind ${frame.kind}`));
    }
  }

  #call(session: Session, frame: Frame): void {
    const { object: number, method, args } = session.codec.decodeCall(frame.body);
    const call = new Call(session, frame.call, frame.section);
    const fail = (error: unknown): void => {
      session.fail(call.number, error);
    };
    this.#objects.use(
      checkNumber(number),
      (object) => {
        object.gate.pass(call, () => {
          try {
            this.#answer(call, callMethod(object, method, args, call));
          } catch (error) {
            fail(error);
          }
        });
      },
      fail,
    );
  }

  #answer(call: Call, result: unknown): void {
    const { session } = call;
    if (!types.isPromise(result)) {
      session.reply(call.number, this.#makers.presentable(result));
      return;
    }
    session.pending.set(call.number, call);
    result
      .then(
        (value: unknown) => {
          session.pending.delete(call.number);
          session.reply(call.number, value === GIVEN_UP ? value : this.#makers.presentable(value));
        },
        (error: unknown) => {
          session.pending.delete(call.number);
          session.fail(call.number, error);
        },
      )
      .catch(() => undefined); // reply() and fail() answer for themselves
  }
}

/** The imports of modules of tasks and classes that a frame brings; undefined, as a rule: there are none. */
function importNeededBy(frame: Frame): Promise<unknown> | undefined {
  if (frame.kind !== BATCH) return importNeeded(frame.body);
  const all: Promise<void>[] = [];
  for (const one of splitFrames(frame.body)) {
    const inner = readFrame(one);
    const needed = inner === undefined ? undefined : importNeeded(inner.body);
    if (needed !== undefined) all.push(needed);
  }
  return all.length > 0 ? Promise.all(all) : undefined;
}

function listOf(value: unknown, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value as unknown[];
  throw new TypeError('The request is damaged: it is not a list of what it needs');
}

function checkNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('The request is damaged: it has no number where one is due');
}
