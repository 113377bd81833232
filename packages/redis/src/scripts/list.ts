import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID  v: how often it was changed. A caller that read it and wants to write back says which version that was.
// i:ID  the elements, as our serializer writes them.

const LIST: Part = {
  source: `
local I = P..'i:'..id
local function isThere()
  return call('HEXISTS', O, 'k') == 1
end
local function changed()
  return call('HINCRBY', O, 'v', 1)
end
local function append(from)
  each(#ARGV, from, function(i, j) call('RPUSH', I, unpack(ARGV, i, j)) end)
end
`,
};

export const listLength = new Script({
  name: 'list-length',
  parts: [LIST],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  return '+'..call('LLEN', I)
`,
});

// ARGV: from, to (as LRANGE). Returns the version, and the elements.
export const listRange = new Script({
  name: 'list-range',
  parts: [LIST],
  changes: false,
  body: `
  if not isThere() then return '!gone' end
  local items = call('LRANGE', I, ARGV[3], ARGV[4])
  table.insert(items, 1, tostring(call('HGET', O, 'v') or 0))
  return '+'..pack(items)
`,
});

// ARGV: `R` or `L`, the elements. Returns the length.
export const listPush = new Script({
  name: 'list-push',
  parts: [LIST],
  stores: true,
  body: `
  if not isThere() then return '!gone' end
  changed()
  if ARGV[3] == 'R' then append(4)
  else
    for i = #ARGV, 4, -1 do call('LPUSH', I, ARGV[i]) end
  end
  return keep('+'..call('LLEN', I))
`,
});

// ARGV: `R` or `L`.
export const listPop = new Script({
  name: 'list-pop',
  parts: [LIST],
  body: `
  if not isThere() then return '!gone' end
  local item = call(ARGV[3]..'POP', I)
  if not item then return '+' end
  changed()
  return keep('+'..pack({ item }))
`,
});

// ARGV: the index, the element. Sets it, or adds it behind the last. Returns `-` and the length if there is no such place.
export const listSet = new Script({
  name: 'list-set',
  parts: [LIST],
  stores: true,
  body: `
  if not isThere() then return '!gone' end
  local length, at = call('LLEN', I), tonumber(ARGV[3])
  if at < 0 then at = at + length end
  if at < 0 or at > length then return '-'..length end
  changed()
  if at == length then call('RPUSH', I, ARGV[4]) else call('LSET', I, at, ARGV[4]) end
  return keep('+')
`,
});

// ARGV: the version that was read, the elements. Replaces all, if it has not changed since. Returns the version if it has.
export const listReplace = new Script({
  name: 'list-replace',
  parts: [LIST],
  stores: true,
  body: `
  if not isThere() then return '!gone' end
  if tostring(call('HGET', O, 'v') or 0) ~= ARGV[3] then return '-' end
  changed()
  call('DEL', I)
  append(4)
  return keep('+')
`,
});
