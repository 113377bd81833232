/** A constructor, whatever its parameters; abstract ones, too. */
export type AnyClass<T = object> = abstract new (...args: never[]) => T;
