import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID  p: parties; x: `1` if it is broken.
// w:ID  parties that wait in this round: fewer than p. h:S has `p ID` for each session among them.
// v:ID <session> <call>   parties of a round whose last one runs the action now. That one has `a ID <call>` in its h:S.
//
// The last party ends the round in the script that counts it: it tells all others, or, with an action, moves them aside, so that the next round can begin.
// A round ends once, by the script that takes its line away: passed, broken, or its actor buried.
export const BARRIER: Part = {
  source: `
local function endRound(object, key, passed)
  for i, m in ipairs(call('ZRANGE', key, 0, -1)) do
    local s, w = waiter(m)
    call('SREM', P..'h:'..s, 'p '..object)
    tell(s, w, passed and '+'..i or '!broken')
  end
  call('DEL', key)
end

local function breakBarrier(object)
  call('HSET', P..'o:'..object, 'x', '1')
  endRound(object, P..'w:'..object, false)
end

local function partyLeft(object)
  breakBarrier(object)
end

local function actorLeft(which, s)
  local object, w = string.match(which, '^(.*) (%d+)$')
  endRound(object, P..'v:'..object..' '..s..' '..w, false)
  breakBarrier(object)
end
`,
};

// ARGV: `1` if the caller has an action to run. Returns the party's number, `*` if the caller is to run it.
export const waitAtBarrier = new Script({
  name: 'wait-at-barrier',
  takes: true,
  parts: [BARRIER],
  body: `
  local o = call('HMGET', O, 'k', 'p', 'x')
  if not o[1] then return '!gone' end
  local m = me..' '..wid
  if again and call('ZSCORE', W, m) then return '?' end
  if o[3] == '1' then return '!broken' end
  if call('ZCARD', W) + 1 < tonumber(o[2]) then
    line(W, m)
    call('SADD', P..'h:'..me, 'p '..id)
    return '?'
  end
  if ARGV[3] ~= '1' then
    endRound(id, W, true)
    return keep('+0')
  end
  for _, other in ipairs(call('ZRANGE', W, 0, -1)) do
    call('SREM', P..'h:'..waiter(other), 'p '..id)
  end
  if call('EXISTS', W) == 1 then call('RENAME', W, P..'v:'..id..' '..m) end
  call('SADD', P..'h:'..me, 'a '..id..' '..wid)
  return keep('*')
`,
});

// The action has been run. ARGV: the call that ran it, `1` if it did not throw.
export const endAction = new Script({
  name: 'end-action',
  parts: [BARRIER],
  changes: false,
  body: `
  call('SREM', P..'h:'..me, 'a '..id..' '..ARGV[3])
  endRound(id, P..'v:'..id..' '..me..' '..ARGV[3], ARGV[4] == '1')
  if ARGV[4] ~= '1' then breakBarrier(id) end
  return '+'
`,
});

// A party has waited for too long. ARGV: its call. Returns its answer if the round ended before; `?` if the action decides.
export const breakRound = new Script({
  name: 'break-round',
  parts: [BARRIER],
  changes: false,
  body: `
  local m = me..' '..ARGV[3]
  if call('ZSCORE', W, m) then
    breakBarrier(id)
    return '!broken'
  end
  return call('HGET', KEPT, ARGV[3]) or '?'
`,
});

// A party that waits no longer, and leaves the others waiting. ARGV: its call.
export const leaveRound = new Script({
  name: 'leave-round',
  changes: false,
  body: `
  call('ZREM', W, me..' '..ARGV[3])
  call('HDEL', KEPT, ARGV[3])
  for _, m in ipairs(call('ZRANGE', W, 0, -1)) do
    if waiter(m) == me then return '+' end
  end
  call('SREM', P..'h:'..me, 'p '..id)
  return '+'
`,
});

// Breaks it for those that wait. ARGV: `1` to make it as new.
export const abortBarrier = new Script({
  name: 'abort-barrier',
  parts: [BARRIER],
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  breakBarrier(id)
  if ARGV[3] == '1' then call('HSET', O, 'x', '0') end
  return '+'
`,
});
