import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID  h: the holder, `<session> <number of the call that took it>`; absent: it is free. Written by the script that gives or takes it.
//       f: the last fence. Only rises.
//       x: `1` if it is free because its holder died. Written by `lockLeft`, taken away by the next acquire.
//       d: `1` if the last holder got it from a dead one.
// w:ID  callers that wait, by arrival.
// h:S   `l ID` while S holds it, so that `bury` finds it.
//
// If it is free, no listening waiter is in line: whatever frees it serves the line in the same script. So a new caller that finds it free may take
// it; those that do not listen just now have been passed over, and come back by themselves.
//
// A holder that was killed is buried by the sweep of a waiter; `lockLeft` then hands over as a release does.
export const LOCK: Part = {
  source: `
local function handOver(object, died)
  local O = P..'o:'..object
  died = died or call('HGET', O, 'x')
  local function give(s, w, more, m)
    local f = fence(O)
    if not answer(s, w, '+'..f) then return false end
    call('HSET', O, 'h', s..' '..w, 'f', f, 'd', died and '1' or '0')
    if died then call('HDEL', O, 'x') end
    call('SADD', P..'h:'..s, 'l '..object)
    return true
  end
  if serve(P..'w:'..object, give) then return end
  call('HDEL', O, 'h')
  if died then call('HSET', O, 'x', '1') end
end

local function lockLeft(object, s)
  local h = call('HGET', P..'o:'..object, 'h')
  if h and waiter(h) == s then handOver(object, true) end
end

local function takeLock(m, died)
  local f = fence(O)
  call('HSET', O, 'h', m, 'f', f, 'd', died and '1' or '0')
  if died then call('HDEL', O, 'x') end
  call('SADD', P..'h:'..me, 'l '..id)
  if again then call('ZREM', W, m) end
  return keep('+'..f)
end

local function freeLock(h)
  call('SREM', P..'h:'..waiter(h), 'l '..id)
  handOver(id, false)
end
`,
};

// ARGV: `1` to wait. Returns the fence.
export const acquireLock = new Script({
  name: 'acquire-lock',
  takes: true,
  parts: [LOCK],
  body: `
  local o = call('HMGET', O, 'k', 'h', 'x')
  if not o[1] then return '!gone' end
  local m = me..' '..wid
  if not o[2] then return takeLock(m, o[3]) end
  if ARGV[3] ~= '1' then return '-' end
  line(W, m)
  return '?'
`,
});

// ARGV: the hold that is given back, or nothing: whoever has it. A hold that was lost frees nothing: another may have it by now.
export const releaseLock = new Script({
  name: 'release-lock',
  parts: [LOCK],
  body: `
  local o = call('HMGET', O, 'k', 'h')
  if not o[1] then return '!gone' end
  if not o[2] then return '!free' end
  if ARGV[3] ~= '' and o[2] ~= ARGV[3] then return '!another' end
  freeLock(o[2])
  return keep('+')
`,
});

// ARGV: the call that is given up. If it was granted meanwhile, the lock goes on to the next.
export const giveUpLock = new Script({
  name: 'give-up-lock',
  parts: [LOCK],
  changes: false,
  body: `
  local m = me..' '..ARGV[3]
  if call('ZREM', W, m) == 0 then
    call('HDEL', KEPT, ARGV[3])
    if call('HGET', O, 'h') == m then freeLock(m) end
  end
  return '+'
`,
});
