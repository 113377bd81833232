import { deserialize, serialize } from '@multiprocess/serialization';

/** What arrives when `value` is sent. */
export function roundTrip<T>(value: T): T {
  return deserialize(serialize(value)) as T;
}
