import { channel } from 'node:diagnostics_channel';

// Node's own way to listen in on a library, and free where no listener is: each event asks first. The names are public.
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
  /** Bytes of its segment, whether they take memory already or not. */
  readonly byteLength: number;
}

/** The message of `multiprocess:take-over`: this thread took from the dead what it was holding. */
export interface TakeOverEvent {
  /** Owner id of the thread that died. */
  readonly owner: number;
  /** The object; undefined if it is in no segment. */
  readonly object: ObjectEvent | undefined;
  /** Which of the object's words names its holder. */
  readonly word: number;
}

const OBJECT_EVENTS = { create: created, attach: attached, close: closed } as const;

/** Tells listeners what has become of an object. */
export function tellOf(what: keyof typeof OBJECT_EVENTS, object: ObjectEvent): void {
  const events = OBJECT_EVENTS[what];
  if (events.hasSubscribers) events.publish(described(object));
}

/** Tells listeners that something was taken over from a dead owner. */
export function tellOfTakeOver(
  owner: number,
  index: number,
  findObject: () => { readonly object: ObjectEvent; readonly word: number } | undefined,
): void {
  if (!takenOver.hasSubscribers) return;
  const found = findObject();
  const event: TakeOverEvent = { owner, object: found && described(found.object), word: found?.word ?? index };
  takenOver.publish(event);
}

function described({ kind, reference, byteLength }: ObjectEvent): ObjectEvent {
  return { kind, reference, byteLength };
}
