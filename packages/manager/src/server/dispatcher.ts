import {
  CALL,
  CANCEL,
  CREATE,
  BATCH,
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
    const frame = readFrame(bytes);
    if (frame === undefined) return;
    try {
      this.#handle(session, frame);
    } catch (error) {
      session.fail(frame.call, error);
    }
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
        this.#objects.create(checkNumber(number), session, () =>
          Promise.reject(error instanceof Error ? error : new TypeError(String(error))),
        );
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
      case CANCEL:
        session.pending.get(checkNumber(session.codec.decode(frame.body)))?.cancel();
        return;
      case BATCH:
        for (const one of splitFrames(frame.body)) {
          if (readFrame(one)?.kind !== BATCH) this.receive(session, one);
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
    if (!(result instanceof Promise)) {
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

function listOf(value: unknown, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value as unknown[];
  throw new TypeError('The request is damaged: it is not a list of what it needs');
}

function checkNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('The request is damaged: it has no number where one is due');
}
