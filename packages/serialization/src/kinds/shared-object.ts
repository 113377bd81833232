import { HAND_OVER, attach } from '@multiprocess/shared-memory';
import type { HandsOver, SharedObject } from '@multiprocess/shared-memory';
import { Tag } from '../wire.js';
import type { Kind } from './kind.js';

/** Its handle; what arrives is the live object. */
export const sharedObject: Kind<SharedObject & Partial<HandsOver>> = {
  tag: Tag.SHARED_OBJECT,
  // As text: without a native part it is an object, which throws what is to be done instead.
  encode: (to, value) => to.value(`${value[HAND_OVER]?.() ?? value.handle}`),
  decode: (from) => from.register(attach(from.string())),
};
