import { SharedMap } from 'multiprocess';
import { expectTypeOf } from 'vitest';

const map = new SharedMap<string, { id: number }>();
expectTypeOf(map.get('key')).toEqualTypeOf<{ id: number } | undefined>();
expectTypeOf(map.fetch('key', () => Promise.resolve({ id: 1 }))).toEqualTypeOf<Promise<{ id: number }>>();
expectTypeOf([...map]).toEqualTypeOf<[string, { id: number }][]>();
expectTypeOf(new Map(map)).toEqualTypeOf<Map<string, { id: number }>>();
expectTypeOf(new SharedMap().get(1)).toEqualTypeOf<unknown>();

// @ts-expect-error a key of another type
map.get(1);
// @ts-expect-error a value of another type
map.set('key', 1);
