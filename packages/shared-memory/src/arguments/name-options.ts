/** How objects are found by a name, which all of them take. */
export interface NameOptions {
  /** Under which unrelated programs of this user find it. Default: none but its handle. */
  readonly name?: string | undefined;
  /** false: attach to the one of that name, and make none. What is not said then is as it is there. Default: true. */
  readonly create?: boolean | undefined;
}

/** The two, checked. */
export interface Naming {
  readonly name: string | undefined;
  readonly create: boolean;
}

/**
 * The name, and whether an object may be made.
 *
 * @throws {TypeError} If `create` is no boolean, or false without a name: there is nothing to attach to.
 */
export function namingOf({ name, create = true }: NameOptions): Naming {
  const given: unknown = create;
  if (typeof given !== 'boolean') throw new TypeError(`create must be true or false, received ${String(given)}`);
  if (!create && name === undefined) {
    throw new TypeError('create: false attaches to the object of a name: give name, or the handle to attach()');
  }
  return { name, create };
}
