import { OBJECT_KEYS } from './keys.js';
import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID  k: its kind; p: its parameter (permits, parties, maxsize), never changed. An object exists iff `k` is there. Scripts that find none return
//       `!gone`: the session then makes it again, or says that it is gone.
//
// References: an object without a name is in the reference sets of the sessions that have it, and each of these has it in `h:S`, so that `bury` finds it.
// When the last reference goes, all keys of the object begin to expire, as late as MINUTE: the receiver of a handle may be on its way. A session that comes until
// then takes the expiry back. A key that is written in that time (by a call that came late) may stay without expiry, until the object is used again.

/** How long an object without references is kept for the receiver of its handle. */
const MINUTE = 60_000;

const LETTERS = OBJECT_KEYS.map((letter) => `'${letter}'`).join(', ');

export const REFERENCES: Part = {
  source: `
local function eachKey(object, use)
  for _, letter in ipairs({ ${LETTERS} }) do use(P..letter..':'..object) end
end

local function refer(object)
  if string.sub(object, 1, 2) ~= 'u/' then return end
  call('SADD', P..'r:'..object, me)
  call('SADD', P..'h:'..me, 'r '..object)
  eachKey(object, function(key) call('PERSIST', key) end)
end

local function referenceLeft(object, s)
  call('SREM', P..'r:'..object, s)
  if call('EXISTS', P..'r:'..object) == 0 then
    eachKey(object, function(key) call('PEXPIRE', key, ${MINUTE}) end)
  end
end
`,
};

// ARGV: kind, parameter, `1` to create it if there is none, what its first content is (`state`: fields of o:ID and their values, `list`: elements, `dict`: keys and
// values), and that.
// Returns the parameter that it has. `!kind …` and `!parameter …`: there is one of that name, and it is another.
export const open = new Script({
  name: 'open',
  parts: [REFERENCES],
  stores: true,
  changes: false,
  body: `
  local o = call('HMGET', O, 'k', 'p')
  if not o[1] then
    if ARGV[5] ~= '1' then return '!gone' end
    call('HSET', O, 'k', ARGV[3], 'p', ARGV[4])
    for i = 7, #ARGV, ARGV[6] == 'list' and 1 or 2 do
      if ARGV[6] == 'list' then call('RPUSH', P..'i:'..id, ARGV[i])
      elseif ARGV[6] == 'state' then call('HSET', O, ARGV[i], ARGV[i + 1])
      elseif call('HSET', P..'i:'..id, ARGV[i], ARGV[i + 1]) == 1 then line(P..'z:'..id, ARGV[i]) end
    end
    refer(id)
    return '+'..ARGV[4]
  end
  if o[1] ~= ARGV[3] then return '!kind '..o[1] end
  if ARGV[5] == '1' and o[2] ~= ARGV[4] then return '!parameter '..o[2] end
  refer(id)
  return '+'..o[2]
`,
});

// The session lets go of the object.
export const letGo = new Script({
  name: 'let-go',
  parts: [REFERENCES],
  changes: false,
  body: `
  if call('SREM', P..'h:'..me, 'r '..id) == 1 then referenceLeft(id, me) end
  return '+'
`,
});

// Removes the object, even if sessions have it. Waiters are told, and wait for the next object of that name.
export const unlink = new Script({
  name: 'unlink',
  parts: [REFERENCES],
  changes: false,
  body: `
  local found = call('EXISTS', O)
  for _, letter in ipairs({ 'w', 'd', 'j', 'x' }) do tellAll(P..letter..':'..id, '!gone') end
  eachKey(id, function(key) call('DEL', key) end)
  return '+'..found
`,
});

// A field of the object's state. ARGV: its name.
export const field = new Script({
  name: 'field',
  changes: false,
  body: `
  local o = call('HMGET', O, 'k', ARGV[3])
  if not o[1] then return '!gone' end
  return '+'..(o[2] or '')
`,
});

// How many wait in the first line of the object.
export const waiting = new Script({
  name: 'waiting',
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  return '+'..call('ZCARD', W)
`,
});

// A piece of an answer that was laid aside. ARGV: the number of its call, where the piece begins and ends. The last piece takes the answer away.
export const fetchPiece = new Script({
  name: 'fetch-piece',
  changes: false,
  body: `
  local key = P..'g:'..me..':'..ARGV[3]
  local piece = call('GETRANGE', key, ARGV[4], ARGV[5])
  if tonumber(ARGV[5]) + 1 >= call('STRLEN', key) then call('DEL', key) end
  return '+'..piece
`,
});

// An answer that was too large to be pushed. ARGV: the number of its call.
export const fetchKept = new Script({
  name: 'fetch-kept',
  changes: false,
  body: `return call('HGET', KEPT, ARGV[3]) or '!gone'`,
});
