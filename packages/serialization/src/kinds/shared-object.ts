import { attach, HAND_OVER } from '@multiprocess/shared-memory';
import type { HandsOver, SharedObject } from '@multiprocess/shared-memory';
import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** Its handle; what arrives is the live object. */
export const sharedObject: Kind<SharedObject & Partial<HandsOver>> = {
  tag: Tag.SHARED_OBJECT,
  encode(to, value) {
    const handle: unknown = to.handleOf(value, (reason) => to.fail(reason)) ?? value[HAND_OVER]?.() ?? value.handle;
    to.value(String(handle)); // a local handle is an object: converting it to a string throws an error that says what to do
  },
  decode: (from) => from.register(attach(from.string())),
};
