/** A class or function that managers make objects with. */
export interface Registration {
  /** What clients call it. */
  readonly name: string;
  /** The module that it is in. */
  readonly module: string;
  /** What it is called there. */
  readonly exportName: string;
  /** It itself, where the serializer carries it: a task, or a registered class. */
  readonly value?: unknown;
  /** The methods that clients may call. Default: all whose name does not begin with an underscore. */
  readonly exposed?: readonly string[] | undefined;
}
