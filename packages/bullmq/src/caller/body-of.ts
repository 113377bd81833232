import { RedisValue } from '@multiprocess/redis';
import { HandleError } from '@multiprocess/shared-memory';
import type { Body } from '../wire/report.js';

/** The bytes of a report. Those that lie at a key are read and removed. @returns undefined if they are gone */
export async function bodyOf(body: Body): Promise<Uint8Array | undefined> {
  if (typeof body !== 'string') return body;
  let value: RedisValue<Uint8Array> | undefined;
  try {
    value = RedisValue.attach<Uint8Array>(body);
    const bytes = await value.get();
    await value.unlink();
    return bytes;
  } catch (error) {
    if (error instanceof HandleError) return undefined;
    throw error;
  } finally {
    value?.close();
  }
}
