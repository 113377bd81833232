import { QUICK_POST } from './queue-quick.js';
import { QUEUE } from './queue-lines.js';
import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID    u: items that were put and not reported as done: those in `i:ID`, and those in all `t:S:ID`.
// t:S:ID  what S has taken and not reported, the oldest first. h:S has `j ID` while there is any.
// j:ID    calls of `join()`. Empty while u is 0.
//
// What a dead session had taken comes back, to the front and in its order, and is given again. `u` does not change: it was never done.
//
// A report is about the oldest item that its session has taken. One of a session that has taken none is about an item of another session.
export const JOINABLE: Part = {
  needs: [QUEUE],
  source: `
local function takerLeft(object, s)
  id, O, W = object, P..'o:'..object, P..'w:'..object
  local T = P..'t:'..s..':'..object
  local items = call('LRANGE', T, 0, -1)
  call('DEL', T)
  if call('HEXISTS', O, 'k') == 1 then giveBack(items) end
end
`,
};

// A put that another client than that of a session sends. ARGV: the item. If it is sent twice, the item is there twice.
export const post = new Script({
  name: 'post',
  parts: [QUEUE],
  stores: true,
  unregistered: true,
  quick: QUICK_POST,
  body: `
  local o = call('HMGET', O, 'k', 'x')
  if not o[1] then return '!gone' end
  if o[2] == '1' then return '!shut' end
  return offer({ ARGV[3] }) == 1 and '+' or '-0'
`,
});

// ARGV: how many reports. Returns how many of them were about an item.
export const taskDone = new Script({
  name: 'task-done',
  parts: [QUEUE],
  body: `
  local o = call('HMGET', O, 'k', 'u')
  if not o[1] then return '!gone' end
  local done = math.min(tonumber(ARGV[3]), tonumber(o[2] or 0))
  if done < 1 then return '+0' end
  local T = P..'t:'..me..':'..id
  call('LPOP', T, done)
  if call('EXISTS', T) == 0 then call('SREM', P..'h:'..me, 'j '..id) end
  if count('u', -done) == 0 then tellAll(P..'j:'..id, '+') end
  return keep('+'..done)
`,
});

export const joinQueue = new Script({
  name: 'join-queue',
  changes: false,
  body: `
  local o = call('HMGET', O, 'k', 'u')
  if not o[1] then return '!gone' end
  if tonumber(o[2] or 0) == 0 then return '+' end
  if ARGV[3] ~= '1' then return '-' end
  line(P..'j:'..id, me..' '..wid)
  return '?'
`,
});
