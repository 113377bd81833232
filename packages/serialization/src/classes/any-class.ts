/** Any class, also an abstract one. */
export type AnyClass<T = object> = abstract new (...args: never[]) => T;
