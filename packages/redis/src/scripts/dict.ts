import { Script } from './script.js';
import type { Part } from './script.js';

// i:ID  hash: key → value, both as our serializer writes them. Namespaces have the same.
// z:ID  the keys by the order in which they were added. Has the same keys as the hash: each script changes both.

const DICT: Part = {
  source: `
local I, Z = P..'i:'..id, P..'z:'..id
local function isThere()
  return call('HEXISTS', O, 'k') == 1
end
local function set(key, value)
  if call('HSET', I, key, value) == 1 then line(Z, key) end
end
local function remove(key)
  call('ZREM', Z, key)
  return call('HDEL', I, key)
end
`,
};

export const dictSize = new Script({
  name: 'dict-size',
  parts: [DICT],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  return '+'..call('HLEN', I)
`,
});

// ARGV: the key. Returns the value, if there is one.
export const dictGet = new Script({
  name: 'dict-get',
  parts: [DICT],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  local value = call('HGET', I, ARGV[3])
  return value and '+'..pack({ value }) or '+'
`,
});

// ARGV: keys and values.
export const dictSet = new Script({
  name: 'dict-set',
  parts: [DICT],
  stores: true,
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  for i = 3, #ARGV, 2 do set(ARGV[i], ARGV[i + 1]) end
  return '+'
`,
});

// ARGV: the key, the value that it must have (nothing after it: none), `1` if it must have one, the new value. Returns `-` and what it has if that is another.
export const dictCompareAndSet = new Script({
  name: 'dict-compare-and-set',
  parts: [DICT],
  stores: true,
  body: `
  if not isThere() then return '!gone' end
  local value = call('HGET', I, ARGV[3])
  local same = value == ARGV[5]
  if ARGV[4] == '0' then same = not value end
  if not same then return value and '-'..pack({ value }) or '-' end
  set(ARGV[3], ARGV[6])
  return keep('+')
`,
});

// ARGV: the key. Returns the value that it had.
export const dictPop = new Script({
  name: 'dict-pop',
  parts: [DICT],
  body: `
  if not isThere() then return '!gone' end
  local value = call('HGET', I, ARGV[3])
  if not value then return '+' end
  remove(ARGV[3])
  return keep('+'..pack({ value }))
`,
});

// Takes out the entry that was added last. Returns key and value.
export const dictPopItem = new Script({
  name: 'dict-pop-item',
  parts: [DICT],
  body: `
  if not isThere() then return '!gone' end
  local key = call('ZRANGE', Z, -1, -1)[1]
  if not key then return '+' end
  local value = call('HGET', I, key)
  remove(key)
  return keep('+'..pack({ key, value }))
`,
});

export const dictClear = new Script({
  name: 'dict-clear',
  parts: [DICT],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  call('DEL', I, Z)
  return '+'
`,
});

// Returns all keys, each with its value, in the order in which they were added.
export const dictEntries = new Script({
  name: 'dict-entries',
  parts: [DICT],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  local keys, out = call('ZRANGE', Z, 0, -1), {}
  each(#keys, 1, function(i, j)
    local values = call('HMGET', I, unpack(keys, i, j))
    for k = i, j do
      out[#out + 1] = keys[k]
      out[#out + 1] = values[k - i + 1]
    end
  end)
  return '+'..pack(out)
`,
});
