import { addExtension } from 'msgpackr/index-no-eval';

/** A token of MessagePack: what follows is a double. */
const FLOAT_64 = 0xcb;
/** msgpackr wants one, though nothing of that type is ever written. */
const UNUSED_TYPE = 1;

class NegativeZero {
  readonly value = -0;
}

/** Stands for -0, which msgpackr would write as 0. */
export const NEGATIVE_ZERO: object = new NegativeZero();

// All users of this build of msgpackr share the registry, but this class is known here only.
addExtension({
  Class: NegativeZero,
  type: UNUSED_TYPE,
  pack({ value }, allocate) {
    const { target, targetView, position } = allocate(9);
    target[position] = FLOAT_64;
    targetView.setFloat64(position + 1, value);
  },
});
