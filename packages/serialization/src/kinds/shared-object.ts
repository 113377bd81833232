import { attach } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { Tag } from '../wire.js';
import type { Kind } from './kind.js';

/** Its handle; what arrives is the live object. */
export const sharedObject: Kind<SharedObject> = {
  tag: Tag.SHARED_OBJECT,
  encode: (to, value) => to.value(value.handle),
  decode: (from) => from.register(attach(from.string())),
};
