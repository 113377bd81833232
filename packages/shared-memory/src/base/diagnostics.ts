import { channel } from 'node:diagnostics_channel';
import { clock } from './clock.js';

// Channels of node:diagnostics_channel. Without a listener they cost nothing: each event checks first. The names are public.
const created = channel('multiprocess:create');
const attached = channel('multiprocess:attach');
const closed = channel('multiprocess:close');
const takenOver = channel('multiprocess:take-over');

/** The message of `multiprocess:create`, `multiprocess:attach` and `multiprocess:close`: what happened in this thread. */
export interface ObjectEvent {
  /** `<package>.<Class>` */
  readonly kind: string;
  /** The last part of its handle. */
  readonly reference: string;
  /** Bytes of its segment, whether they take memory yet or not. */
  readonly byteLength: number;
}

/** The message of `multiprocess:take-over`: this thread took over what a dead thread held. */
export interface TakeOverEvent {
  /** Owner id of the thread that died. */
  readonly owner: number;
  /** The object; undefined if it is in no segment. */
  readonly object: ObjectEvent | undefined;
  /** Which of the object's words names its holder. */
  readonly word: number;
}

const OBJECT_EVENTS = { create: created, attach: attached, close: closed } as const;

/** Publishes an event of an object. */
export function tellOf(what: keyof typeof OBJECT_EVENTS, object: ObjectEvent): void {
  const events = OBJECT_EVENTS[what];
  if (events.hasSubscribers) events.publish(described(object));
}

/**
 * Publishes that something was taken over from a dead owner: soon, and not now, since the caller has a lock now, and what that guards may be
 * half-changed. A listener may use the same object.
 */
export function tellOfTakeOver(
  owner: number,
  index: number,
  findObject: () => { readonly object: ObjectEvent; readonly word: number } | undefined,
): void {
  if (!takenOver.hasSubscribers) return;
  const found = findObject();
  const event: TakeOverEvent = { owner, object: found && described(found.object), word: found?.word ?? index };
  clock.queueMicrotask(() => takenOver.publish(event));
}

function described({ kind, reference, byteLength }: ObjectEvent): ObjectEvent {
  return { kind, reference, byteLength };
}
