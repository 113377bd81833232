import { SharedMap } from '@multiprocess/map';
import { testWrongArguments } from '../helpers/wrong-arguments.js';

const map = new SharedMap<string, number>();

const notTtl = [-1, 0, 0.5, NaN];

testWrongArguments('map', {
  SharedMap: {
    call: (...args: [never]) => new SharedMap(...args),
    args: [{}],
    wrongSizes: {
      'options.memory': [-1, 0, 1.5, NaN, Infinity, 2 ** 17 - 1, 2 ** 31 + 1],
      'options.ttl': notTtl,
      'options.maxEntries': [-1, 0, 1.5, NaN, Infinity, 2 ** 26 + 1],
    },
  },
  'SharedMap.attach': { call: (handle) => SharedMap.attach(handle), args: [map.handle] },
  'SharedMap.set': {
    call: (...args: [never, never]) => map.set(...args),
    args: ['key', 1, {}],
    wrongSizes: { 'options.ttl': notTtl },
  },
  'SharedMap.getOrInsert': {
    call: (...args: [never, never]) => map.getOrInsert(...args),
    args: ['key', () => 1, {}],
    wrongSizes: { 'options.ttl': notTtl },
  },
  'SharedMap.update': { call: (...args: [never, never]) => map.update(...args), args: ['key', () => 1] },
  'SharedMap.increment': {
    call: (...args: [never, never]) => map.increment(...args),
    args: ['count', 1],
    wrongSizes: { by: [NaN] },
  },
  'SharedMap.fetch': {
    call: (...args: [never, never]) => map.fetch(...args),
    args: ['key', () => 1, {}],
    wrongSizes: { 'options.ttl': notTtl },
  },
  'SharedMap.forEach': { call: (use) => map.forEach(use), args: [() => undefined] },
});
