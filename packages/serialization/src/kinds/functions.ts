import { receivedFunction, sourceOf } from '../functions/function-source.js';
import type { FunctionKind } from '../functions/function-source.js';
import { receiveTask, taskOf } from '../functions/task.js';
import type { AnyFunction } from '../functions/task.js';
import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** Where the task is. */
export const taskFunction: Kind<AnyFunction> = {
  tag: Tag.TASK,
  encode(to, value) {
    const { module, name } = taskOf(value);
    to.value(module);
    to.value(name);
    to.noteModule(module);
  },
  decode: (from) => from.register(receiveTask({ module: from.string(), name: from.string() })),
};

const KINDS: readonly FunctionKind[] = ['function', 'async', 'generator', 'asyncGenerator'];

/** Name, number of parameters, kind, and source. */
export const functionSource: Kind<AnyFunction> = {
  tag: Tag.FUNCTION,
  encode(to, value) {
    const source = sourceOf(value);
    if ('refusal' in source) return to.fail(source.refusal);
    to.value(value.name);
    to.value(value.length);
    to.value(KINDS.indexOf(source.kind));
    to.value(source.expression);
  },
  decode(from) {
    const name = from.string();
    const length = from.natural();
    const kind = KINDS[from.natural()] ?? from.fail('unknown kind of function');
    return from.register(receivedFunction({ expression: from.string(), kind }, name, length));
  },
};
