import { Script } from './script.js';

// o:ID  c: the value, as our serializer writes it.

// ARGV: the value.
export const valueSet = new Script({
  name: 'value-set',
  stores: true,
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  call('HSET', O, 'c', ARGV[3])
  return '+'
`,
});

// ARGV: the value that it must have, the new one. Returns `-` and what it has if that is another.
export const valueCompareAndSet = new Script({
  name: 'value-compare-and-set',
  stores: true,
  body: `
  local o = call('HMGET', O, 'k', 'c')
  if not o[1] then return '!gone' end
  if o[2] ~= ARGV[3] then return '-'..o[2] end
  call('HSET', O, 'c', ARGV[4])
  return keep('+')
`,
});
