import type { EOFError, MultiprocessErrorCode, TimeoutError } from '@multiprocess/shared-memory';
import { MultiprocessError } from '@multiprocess/shared-memory';
import { expectTypeOf } from 'vitest';

// A code narrows by itself, without the class.
expectTypeOf<TimeoutError['code']>().toEqualTypeOf<'ERR_MULTIPROCESS_TIMEOUT'>();
expectTypeOf<TimeoutError>().not.toExtend<EOFError>();
expectTypeOf<MultiprocessError['code']>().toEqualTypeOf<MultiprocessErrorCode>();

// @ts-expect-error abstract: there is no error without a code
new MultiprocessError('no code');
