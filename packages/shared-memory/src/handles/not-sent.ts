/** The advice on the prototype; the same symbol in every copy of this package. */
const NOT_SENT: unique symbol = Symbol.for('@multiprocess/not-sent') as never;

/**
 * For a class whose objects stay in their thread: the error of sending one tells what to send instead.
 *
 * @param advice `send its lock, and take it there`; or a function that gives it for an object of the class or a subclass
 */
export function notSent<T extends object>(prototype: T, advice: string | ((value: T) => string)): void {
  Object.defineProperty(prototype, NOT_SENT, { value: advice });
}

/** What to send instead of an object that cannot be sent, if its class tells. */
export function adviceOnSending(value: object): string | undefined {
  const found = (value as { [NOT_SENT]?: string | ((value: object) => string) })[NOT_SENT];
  const advice = typeof found === 'function' ? found(value) : found;
  return typeof advice === 'string' ? advice : undefined;
}
