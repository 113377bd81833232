import { checkBoolean } from './check-type.js';

/** The options of all shared objects: how they are found by a name. */
export interface NameOptions {
  /** The name by which other programs of the same user find the object. Default: it has no name, only a handle. */
  readonly name?: string | undefined;
  /** `false`: only attach to the object of that name; options that are left out are taken from it. Default: `true`. */
  readonly create?: boolean | undefined;
}

/** The names of these options. */
export const NAME_OPTIONS = ['name', 'create'] as const;

/** The two options, checked. */
export interface Naming {
  readonly name: string | undefined;
  readonly create: boolean;
}

/**
 * The name, and whether an object may be created.
 *
 * @param options as the caller gave them
 * @throws {@link TypeError} if `create` is not a boolean, or is `false` without a name: there is nothing to attach to.
 */
export function checkNaming({ name, create = true }: NameOptions): Naming {
  checkBoolean('create', create);
  if (!create && name === undefined) {
    throw new TypeError('create: false attaches to the object of a name: give name, or the handle to attach()');
  }
  return { name, create };
}
