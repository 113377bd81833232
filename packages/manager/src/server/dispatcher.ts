import { types } from 'node:util';
import { importNeeded } from '@multiprocess/serialization';
import { Call, GIVEN_UP } from '../managed/call.js';
import * as Kind from '../wire/frame-kind.js';
import { keepFrame, splitFrames } from '../wire/frame.js';
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
   * Takes a request of a client that has been let in. Whatever it contains, at most its own call fails.
   *
   * @param frame valid during this call only, as the memory that it was read from
   */
  receive(session: Session, frame: Frame): void {
    this.#receiveTogether(session, frame.kind === Kind.BATCH ? splitFrames(frame.body) : [frame]);
  }

  #receiveTogether(session: Session, frames: readonly Frame[]): void {
    const imports = session.deferred === undefined ? importsOf(frames) : undefined;
    if (session.deferred !== undefined) session.deferred.push(frames.map(keepFrame));
    else if (imports !== undefined) void this.#doOnceImported(session, frames.map(keepFrame), imports);
    else for (const frame of frames) this.#do(session, frame);
  }

  /** Requests that this client sends meanwhile are done afterwards, in order. Other clients do not wait. */
  async #doOnceImported(session: Session, frames: readonly Frame[], imports: Promise<unknown>): Promise<void> {
    const waiting: (readonly Frame[])[] = (session.deferred = []);
    await imports;
    session.deferred = undefined;
    for (const frame of frames) this.#do(session, frame);
    for (const next of waiting) this.#receiveTogether(session, next);
  }

  #do(session: Session, frame: Frame): void {
    try {
      this.#handle(session, frame);
    } catch (error) {
      if (!(error instanceof NotMadeYet)) {
        session.fail(frame.call, error);
        return;
      }
      const kept = keepFrame(frame);
      this.#objects.whenMade(error.object, () => {
        this.receive(session, kept);
      });
    }
  }

  #handle(session: Session, frame: Frame): void {
    switch (frame.kind) {
      case Kind.CALL:
        this.#call(session, frame);
        return;
      case Kind.CREATE: {
        const [number, type, args] = partsOf(session.codec.decode(frame.body), 3);
        this.#objects.create(numberIn(number), session, () => this.#makers.make(String(type), partsOf(args)));
        return;
      }
      case Kind.UNSENT: {
        const [number, error] = partsOf(session.codec.decode(frame.body), 2);
        this.#objects.create(numberIn(number), session, async () => {
          throw error;
        });
        return;
      }
      case Kind.RELEASE: {
        const pairs = partsOf(session.codec.decode(frame.body));
        for (let i = 0; i + 1 < pairs.length; i += 2) {
          this.#objects.release(numberIn(pairs[i]), numberIn(pairs[i + 1]), session);
        }
        return;
      }
      case Kind.LEASE:
        this.#objects.lease(numberIn(session.codec.decode(frame.body)), session);
        return;
      case Kind.EXPORT:
        this.#objects.export(numberIn(session.codec.decode(frame.body)), session);
        return;
      case Kind.CANCEL:
        session.pending.get(numberIn(session.codec.decode(frame.body)))?.cancel();
        return;
      case Kind.REGISTER:
        this.#makers.register(session.codec.decode(frame.body) as Registration);
        session.reply(frame.call, undefined);
        return;
      case Kind.INFO:
        session.reply(frame.call, this.#control.info());
        return;
      case Kind.SHUTDOWN:
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
      numberIn(number),
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

/** Imports the modules of the tasks and classes in the frames; usually there are none: undefined. */
function importsOf(frames: readonly Frame[]): Promise<unknown> | undefined {
  let imports: Promise<unknown> | undefined;
  for (const { body } of frames) {
    const needed = importNeeded(body);
    if (needed !== undefined) imports = imports === undefined ? needed : Promise.all([imports, needed]);
  }
  return imports;
}

function partsOf(value: unknown, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value as unknown[];
  throw new TypeError('The request is damaged: expected a list of its parts');
}

function numberIn(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('The request is damaged: expected a number');
}
