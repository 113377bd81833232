import { types } from 'node:util';
import { importNeeded } from '@multiprocess/serialization';
import { Call, GIVEN_UP } from '../managed/call.js';
import {
  BATCH,
  CALL,
  CANCEL,
  CREATE,
  EXPORT,
  INFO,
  LEASE,
  REGISTER,
  RELEASE,
  SHUTDOWN,
  UNSENT,
  keepFrame,
  readFrame,
  splitFrames,
} from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { Registration } from '../wire/registration.js';
import { callMethod } from './call-method.js';
import type { Makers } from './makers.js';
import { NotMadeYet } from './objects.js';
import type { Objects } from './objects.js';
import type { Session } from './session.js';

/** What clients can ask of the server itself. */
interface ServerControl {
  info(): unknown;
  shutdown(): void;
}

/** Carries out the requests of clients. */
export class Dispatcher {
  readonly #objects: Objects;
  readonly #makers: Makers;
  readonly #control: ServerControl;

  constructor(objects: Objects, makers: Makers, control: ServerControl) {
    this.#objects = objects;
    this.#makers = makers;
    this.#control = control;
  }

  /**
   * Takes a request of a client that has been let in. Whatever is in it, at most its own call fails.
   *
   * @param frame is good only during this call, as the memory that it was read from
   */
  receive(session: Session, frame: Frame): void {
    if (session.deferred !== undefined) {
      session.deferred.push(keepFrame(frame));
      return;
    }
    const needed = importNeededBy(frame);
    if (needed === undefined) this.#do(session, frame);
    else void this.#doOnceImported(session, keepFrame(frame), needed);
  }

  /** Requests that this client sends meanwhile are done afterwards, in order. Other clients do not wait. */
  async #doOnceImported(session: Session, frame: Frame, needed: Promise<unknown>): Promise<void> {
    const waiting: Frame[] = (session.deferred = []);
    await needed;
    session.deferred = undefined;
    this.#do(session, frame);
    for (const next of waiting) this.receive(session, next);
  }

  #do(session: Session, frame: Frame): void {
    try {
      this.#handle(session, frame);
    } catch (error) {
      if (error instanceof NotMadeYet) this.#receiveLater(session, keepFrame(frame), error.object);
      else session.fail(frame.call, error);
    }
  }

  /** Does a request that refers to an object which another request is still making, when that has ended. */
  #receiveLater(session: Session, frame: Frame, object: number): void {
    this.#objects.whenMade(object, () => {
      this.receive(session, frame);
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
          if (inner !== undefined && inner.kind !== BATCH) this.#do(session, inner);
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
        object.access.pass(call, () => {
          try {
            this.#answer(session, call, callMethod(object, method, args, call));
          } catch (error) {
            fail(error);
          }
        });
      },
      fail,
    );
  }

  #answer(session: Session, call: Call, result: unknown): void {
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
      .catch(() => undefined); // reply() and fail() do not throw
  }
}

/** The imports that the tasks and classes in a frame need; undefined if there are none, which is the rule. */
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
  throw new TypeError('The request is damaged: expected a list of its parts');
}

function checkNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('The request is damaged: expected a number');
}
