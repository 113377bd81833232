import { describe, expect, test } from 'vitest';
import { RemoteError } from '@multiprocess/shared-memory';
import { deserialize, registerClass, registerType, serialize } from '@multiprocess/serialization';
import { fixtureUrl, inAnotherProcess } from '../in-another-process.js';
import { roundTrip } from '../round-trip.js';

interface Shapes {
  Circle: new (radius: number) => { radius: number; area: number };
  ShapeError: new (shape: object, detail: string) => RangeError & { shape: object };
}
const { Circle, ShapeError } = (await import(fixtureUrl('shapes.mjs'))) as Shapes;

class Point {
  #secret = 1;
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get secret(): number {
    return this.#secret;
  }
  set setter(_: number) {
    throw new Error('a setter must not run');
  }
}
registerClass(import.meta, Point);

class ByValue {}
registerType({ name: 'test.ByValue', class: ByValue, encode: () => 1, decode: () => new ByValue() });

class Bag extends Map<string, number> {}
registerClass(import.meta, Bag);

describe('registerClass(import.meta, Class)', () => {
  test('lets instances arrive as instances, with their own properties, without a call of the constructor', () => {
    const arrived = roundTrip([new Point(1, 2)])[0];
    expect(arrived).toBeInstanceOf(Point);
    expect({ ...arrived }).toEqual({ x: 1, y: 2 });
    expect(() => arrived?.secret).toThrow(TypeError);
  });

  test('sets properties without running setters', () => {
    const point = new Point(1, 2);
    Object.defineProperty(point, 'setter', { value: 3, enumerable: true });
    expect(Object.entries(roundTrip(point))).toContainEqual(['setter', 3]);
  });

  test('carries cycles through instances, and instances within instances', () => {
    const point = new Point(1, 2) as Point & { self?: unknown; circle?: unknown };
    point.self = [point];
    point.circle = new Circle(3);
    const arrived = roundTrip(point);
    expect((arrived.self as unknown[])[0]).toBe(arrived);
    expect(arrived.circle).toBeInstanceOf(Circle);
  });

  test('lets the class itself travel', () => {
    expect(roundTrip({ Point }).Point).toBe(Point);
  });

  test('imports the module on arrival', () => {
    const program = `(circle) => [circle.constructor.name, circle.area, Object.keys(circle)]`;
    expect(inAnotherProcess(serialize(new Circle(2)), program)).toEqual(['Circle', 12, ['radius']]);
    expect(inAnotherProcess(serialize(Circle), `(Class) => new Class(1).area`)).toBe(3);
  });

  test('lets errors of the class arrive as such', () => {
    const error = new ShapeError(new Circle(1), 'too round');
    const arrived = roundTrip(error);
    expect(arrived).toBeInstanceOf(ShapeError);
    expect(arrived).toMatchObject({ message: '1 TOO ROUND', code: 'E_SHAPE', stack: error.stack });
    expect(arrived.shape).toBeInstanceOf(Circle);
    const program = `(error) => [error.constructor.name, error instanceof RangeError, error.code, error.shape.area]`;
    expect(inAnotherProcess(serialize(error), program)).toEqual(['ShapeError', true, 'E_SHAPE', 3]);
  });

  test('does not cover subclasses', () => {
    expect(() => serialize(new (class Point3 extends Point {})(1, 2))).toThrow(
      /an instance of Point3, which is not registered/,
    );
  });

  test('does not cover what is more than its properties', () => {
    expect(() => serialize(new Bag())).toThrow(/a Bag is more than its properties: register it with registerType/);
  });

  test.each<[string, () => void, RegExp]>([
    ['no module', () => registerClass({} as never, class A {}), /received \{\}/],
    ['no class', () => registerClass(import.meta, (() => 1) as never), /received \[Function/],
    [
      'a class without a name',
      () => registerClass(import.meta, (() => class {})()),
      /^Class must be a class with a name/,
    ],
    ['a class that is registered', () => registerClass(import.meta, Point), /Point already/],
    ['another class of that name in the module', () => registerClass(import.meta, class Point {}), /Point already/],
    ['a class that is registered by value', () => registerClass(import.meta, ByValue), /ByValue is registered already/],
  ])('throws a TypeError for %s', (_, misuse, message) => {
    expect(misuse).toThrow(TypeError);
    expect(misuse).toThrow(message);
  });
});

describe('an instance whose class cannot be had on arrival', () => {
  class Elsewhere {}
  registerClass({ url: fixtureUrl('nowhere.mjs') }, Elsewhere);
  class NotThere {}
  registerClass({ url: fixtureUrl('shapes.mjs') }, NotThere);
  class LostError extends Error {}
  registerClass({ url: fixtureUrl('explodes.mjs') }, LostError);
  const report = `(bytes) => { try { deserialize(bytes) } catch (error) { return [error.code, error.message]; } }`;

  test('because its module cannot be loaded is a SerializationError that names the module', () => {
    expect(inAnotherProcess(serialize(serialize(new Elsewhere())), report)).toEqual([
      'ERR_MULTIPROCESS_SERIALIZATION',
      expect.stringMatching(/Cannot load file:.*nowhere\.mjs/),
    ]);
  });

  test('because its module does not register it is a SerializationError that names both', () => {
    expect(inAnotherProcess(serialize(serialize(new NotThere())), report)).toEqual([
      'ERR_MULTIPROCESS_SERIALIZATION',
      expect.stringMatching(/shapes\.mjs has no class called NotThere/),
    ]);
  });

  test('is a RemoteError if it is an error', () => {
    const arrived = inAnotherProcess(serialize([new LostError('m'), 1]), '([error, rest]) => [error, rest]');
    expect((arrived as unknown[])[0]).toBeInstanceOf(RemoteError);
    expect(arrived).toMatchObject([{ message: 'm', remoteName: 'LostError' }, 1]);
  });
});

test('deserialize() of a class of this process loads nothing', () => {
  expect(deserialize(serialize(new Point(1, 2)))).toBeInstanceOf(Point);
});
