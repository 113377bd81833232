/** The methods of `M` as an object of a store has them: each returns a promise. */
export type AsyncForms<M> = {
  [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};
