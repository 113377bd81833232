/** A task or class that its module makes known when it is imported. */
export interface RegisteredReference {
  readonly kind: 'task' | 'class';
  readonly module: string;
  readonly name: string;
}

/** A class or function that managers make objects with. */
export interface Registration {
  /** What clients call it. */
  readonly name: string;
  /** The module that it is in. */
  readonly module: string;
  /** What it is called there. */
  readonly exportName: string;
  /** Where it is, if it is a task or a registered class: then it need not be exported. */
  readonly reference?: RegisteredReference;
  /** The methods that clients may call. Default: all whose names do not begin with an underscore. */
  readonly exposed?: readonly string[] | undefined;
}
