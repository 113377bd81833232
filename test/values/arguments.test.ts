import { ShareableList, SharedArray, SharedValue } from '@multiprocess/values';
import { testWrongArguments } from '../helpers/wrong-arguments.js';

const list = new ShareableList([1, 'two', null]);
const array = new SharedArray('u8', 3);
const value = new SharedValue('u8');

const index = [-4, 3, 0.5, NaN, Infinity];
const notU8 = [-1, 256, 1.5, NaN, Infinity];
const FOR_USERS = ['SharedArray', 'SharedValue', 'ShareableList'];

testWrongArguments(
  'values',
  {
    ShareableList: {
      call: (...args: [never]) => new ShareableList(...args),
      args: [[1], {}],
      alsoTakes: { values: ['array', 'instance'] }, // what is iterable
    },
    'ShareableList.attach': { call: (handle) => ShareableList.attach(handle), args: [list.handle] },
    'ShareableList.at': { call: (at) => list.at(at), args: [0], wrongSizes: { index } },
    'ShareableList.set': {
      call: (...args: [never, never]) => list.set(...args),
      args: [0, 1],
      wrongSizes: { index, value: [] },
    },
    'ShareableList.count': anyValue((one: never) => list.count(one)),
    'ShareableList.indexOf': anyValue((one: never) => list.indexOf(one)),
    SharedArray: {
      call: (...args: [never, never]) => new SharedArray(...args),
      args: ['u8', 3, {}],
      wrongSizes: { content: [-1, 1.5, NaN, Infinity, 2 ** 30 + 1] },
      alsoTakes: { content: ['array', 'instance'] }, // what is iterable
    },
    'SharedArray.attach': { call: (handle) => SharedArray.attach(handle), args: [array.handle] },
    'SharedArray.at': { call: (at) => array.at(at), args: [0], wrongSizes: { index } },
    'SharedArray.set': {
      call: (...args: [never, never]) => array.set(...args),
      args: [0, 1],
      wrongSizes: { index, value: notU8 },
      alsoTakes: { value: ['number'] }, // as the type u8 says
    },
    'SharedArray.add': {
      call: (...args: [never, never]) => array.add(...args),
      args: [0, 1],
      wrongSizes: { index, amount: notU8 },
      alsoTakes: { amount: ['number'] },
    },
    'SharedArray.compareExchange': {
      call: (...args: [never, never, never]) => array.compareExchange(...args),
      args: [0, 1, 2],
      wrongSizes: { index, expected: notU8, replacement: notU8 },
      alsoTakes: { expected: ['number'], replacement: ['number'] },
    },
    SharedValue: {
      call: (...args: [never]) => new SharedValue(...args),
      args: ['u8', 1, {}],
      wrongSizes: { initial: notU8 },
      alsoTakes: { initial: ['number'] },
    },
    'SharedValue.attach': { call: (handle) => SharedValue.attach(handle), args: [value.handle] },
    'SharedValue.set': {
      call: (one) => value.set(one),
      args: [1],
      wrongSizes: { value: notU8 },
      alsoTakes: { value: ['number'] },
    },
    'SharedValue.add': {
      call: (amount) => value.add(amount),
      args: [1],
      wrongSizes: { amount: notU8 },
      alsoTakes: { amount: ['number'] },
    },
    'SharedValue.compareExchange': {
      call: (...args: [never, never]) => value.compareExchange(...args),
      args: [0, 1],
      wrongSizes: { expected: notU8, replacement: notU8 },
      alsoTakes: { expected: ['number'], replacement: ['number'] },
    },
  },
  (name) => FOR_USERS.includes(name),
);

/** As of an array: what a list cannot hold is in none of its slots. */
function anyValue(call: (value: never) => unknown) {
  return {
    call,
    args: [1],
    wrongSizes: { value: [] },
    alsoTakes: { value: ['undefined', 'symbol', 'function', 'array', 'instance', 'record'] as const },
  };
}
