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
  return '+'..f
end

local function freeLock(h)
  call('SREM', P..'h:'..waiter(h), 'l '..id)
  handOver(id, false)
end
`,
};

// Takes it if it is free, and gets in line if it is not.
const QUICK_ACQUIRE = `
do
  local O = P..'o:'..id
  local o = call('HMGET', O, 'k', 'h', 'x', 'f')
  if not again and o[1] and call('EXISTS', P..'s:'..me) == 1 then
    if o[2] and ARGV[3] == '1' then
      call('ZADD', P..'w:'..id, 'NX', call('HINCRBY', O, 'q', 1), me..' '..wid)
      if acks ~= '' then for a in string.gmatch(acks, '%d+') do call('HDEL', P..'k:'..me, a) end end
      return '?'
    end
    if not o[2] and not o[3] then
      local t = call('TIME')
      local f = string.format('%.0f', math.max(tonumber(o[4] or 0) + 1, t[1] * 1000000 + t[2]))
      call('HSET', O, 'h', me..' '..wid, 'f', f, 'd', '0')
      call('SADD', P..'h:'..me, 'l '..id)
      if acks ~= '' then for a in string.gmatch(acks, '%d+') do call('HDEL', P..'k:'..me, a) end end
      return '+'..f
    end
  end
end
`;

// ARGV: `1` to wait. Returns the fence. Its own answer need not be kept: who holds it, and the fence, say the same.
export const acquireLock = new Script({
  name: 'acquire-lock',
  takes: true,
  keeps: false,
  parts: [LOCK],
  quick: QUICK_ACQUIRE,
  body: `
  local o = call('HMGET', O, 'k', 'h', 'x', 'f')
  if not o[1] then return '!gone' end
  local m = me..' '..wid
  if o[2] == m then return '+'..o[4] end
  if not o[2] then return takeLock(m, o[3]) end
  if ARGV[3] ~= '1' then return '-' end
  line(W, m)
  return '?'
`,
});

// To the head of the line, if it listens; free, if none waits. Written once more, from what is above: of what changes something, the push is first.
const QUICK_RELEASE = `
do
  local O, W = P..'o:'..id, P..'w:'..id
  local o = call('HMGET', O, 'h', 'f')
  if o[1] == ARGV[3] and call('EXISTS', P..'s:'..me) == 1 then
    local m = call('ZRANGE', W, 0, 0)[1]
    local isGiven = not m
    if m then
      local s, w = string.match(m, '^(%S+) (%d+)')
      local lease, t = call('ZSCORE', P..'sessions', s), call('TIME')
      local f = string.format('%.0f', math.max(tonumber(o[2]) + 1, t[1] * 1000000 + t[2]))
      if lease and tonumber(lease) >= t[1] * 1000 + t[2] / 1000 and call('PUBLISH', P..'c:'..s, w..' +'..f) > 0 then
        call('HSET', P..'k:'..s, w, '+'..f)
        call('ZREM', W, m)
        call('HSET', O, 'h', m, 'f', f, 'd', '0')
        call('SREM', P..'h:'..me, 'l '..id)
        call('SADD', P..'h:'..s, 'l '..id)
        isGiven = true
      end
    else
      call('SREM', P..'h:'..me, 'l '..id)
      call('HDEL', O, 'h')
    end
    if isGiven then
      if acks ~= '' then for a in string.gmatch(acks, '%d+') do call('HDEL', P..'k:'..me, a) end end
      return '+'
    end
  end
end
`;

// ARGV: the hold of this session that is given back. One that was lost frees nothing: another may have it by now. Sent again, it has been given back if
// it is not held; so its answer need not be kept.
export const releaseLock = new Script({
  name: 'release-lock',
  keeps: false,
  parts: [LOCK],
  quick: QUICK_RELEASE,
  body: `
  local o = call('HMGET', O, 'k', 'h')
  if not o[1] then return '!gone' end
  if o[2] ~= ARGV[3] then return again and '+' or o[2] and '!another' or '!free' end
  freeLock(o[2])
  return '+'
`,
});

// Gives back what some session holds.
export const releaseAnyLock = new Script({
  name: 'release-any-lock',
  parts: [LOCK],
  body: `
  local o = call('HMGET', O, 'k', 'h')
  if not o[1] then return '!gone' end
  if not o[2] then return '!free' end
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
