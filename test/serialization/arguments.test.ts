import { deserialize, registerClass, registerType, task } from '@multiprocess/serialization';
import { testWrongArguments } from '../helpers/wrong-arguments.js';

const PUBLIC: ReadonlySet<string> = new Set(['serialize', 'deserialize', 'registerClass', 'registerType', 'task']);

testWrongArguments(
  'serialization',
  {
    deserialize: { call: (bytes) => deserialize(bytes), args: [] },
    registerClass: { call: (module, Class) => registerClass(module, Class), args: [import.meta, class Shape {}] },
    registerType: { call: (type) => registerType(type), args: [] },
    task: {
      call: (module, fn) => task(module, fn),
      args: [import.meta, function double() {}],
      alsoTakes: { name: ['function'] }, // without a name, the function stands there
    },
  },
  (name) => PUBLIC.has(name),
);
