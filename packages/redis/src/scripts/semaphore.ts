import { Script } from './script.js';
import type { Part } from './script.js';

// o:ID  n: free permits, 0 or more; p: how many there were at first. k: `BoundedSemaphore` has owners, and never more than p.
// w:ID  callers that wait, by arrival.
// b:ID  of a bounded one: session → permits that it has, 1 or more. h:S has `b ID` while it has any.
//
// While permits are free, no listening waiter is in line: whatever frees some serves the line in the same script.
export const SEMAPHORE: Part = {
  source: `
local function own(object, s, count)
  if call('HINCRBY', P..'b:'..object, s, count) > 0 then call('SADD', P..'h:'..s, 'b '..object)
  else
    call('HDEL', P..'b:'..object, s)
    call('SREM', P..'h:'..s, 'b '..object)
  end
end

local function addPermits(object, count)
  local O = P..'o:'..object
  local bounded = call('HGET', O, 'k') == 'BoundedSemaphore'
  local free = call('HINCRBY', O, 'n', count)
  local function give(s, w)
    if not answer(s, w, '+') then return false end
    if bounded then own(object, s, 1) end
    return true
  end
  while free > 0 and serve(P..'w:'..object, give) do free = call('HINCRBY', O, 'n', -1) end
end

local function permitsLeft(object, s)
  local count = tonumber(call('HGET', P..'b:'..object, s) or 0)
  call('HDEL', P..'b:'..object, s)
  if count > 0 then addPermits(object, count) end
end

local function disown(count)
  local had = tonumber(call('HGET', P..'b:'..id, me) or 0)
  local mine = math.min(had, count)
  if mine > 0 then own(id, me, -mine) end
  count = count - mine
  if count == 0 then return end
  local owners = call('HGETALL', P..'b:'..id)
  for i = 1, #owners, 2 do
    local some = math.min(tonumber(owners[i + 1]), count)
    if some > 0 then own(id, owners[i], -some) end
    count = count - some
  end
end
`,
};

// ARGV: `1` to wait.
export const acquirePermit = new Script({
  name: 'acquire-permit',
  takes: true,
  parts: [SEMAPHORE],
  body: `
  local o = call('HMGET', O, 'k', 'n')
  if not o[1] then return '!gone' end
  local m = me..' '..wid
  if tonumber(o[2]) > 0 then
    call('HINCRBY', O, 'n', -1)
    if o[1] == 'BoundedSemaphore' then own(id, me, 1) end
    if again then call('ZREM', W, m) end
    return keep('+')
  end
  if ARGV[3] ~= '1' then return '-' end
  line(W, m)
  return '?'
`,
});

// ARGV: how many permits.
export const releasePermits = new Script({
  name: 'release-permits',
  parts: [SEMAPHORE],
  body: `
  local o = call('HMGET', O, 'k', 'n', 'p')
  if not o[1] then return '!gone' end
  local count = tonumber(ARGV[3])
  local most = o[1] == 'BoundedSemaphore' and tonumber(o[3]) or 2147483647
  if tonumber(o[2]) + count > most then return '!many' end
  if o[1] == 'BoundedSemaphore' then disown(count) end
  addPermits(id, count)
  return keep('+')
`,
});

// ARGV: the call that is given up. A permit that it got meanwhile goes on to the next; that it got one is told by the answer that is kept.
export const giveUpPermit = new Script({
  name: 'give-up-permit',
  parts: [SEMAPHORE],
  changes: false,
  body: `
  if call('ZREM', W, me..' '..ARGV[3]) == 0 and call('HDEL', KEPT, ARGV[3]) == 1 then
    if call('HGET', O, 'k') == 'BoundedSemaphore' then own(id, me, -1) end
    addPermits(id, 1)
  end
  return '+'
`,
});
