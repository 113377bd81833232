import { LOCK } from './lock.js';
import { Script } from './script.js';

// The lock's fields and line, and
// d:ID  sleepers: callers that wait to be notified, by arrival.
//
// A notification moves a sleeper into the lock's line; it goes on when the lock is handed to it, by the one answer to its call. So a wait ends in one
// way only, with the lock. A sleeper is in one of the lines or holds the lock; no wake is between them. One whose session is dead is not notified: the next one is.

// ARGV: the hold. Gives the lock back and sleeps, in one step.
export const sleep = new Script({
  name: 'sleep',
  takes: true,
  parts: [LOCK],
  body: `
  local D, m = P..'d:'..id, me..' '..wid
  local o = call('HMGET', O, 'k', 'h')
  if not o[1] then return '!gone' end
  if again and (call('ZSCORE', D, m) or call('ZSCORE', W, m)) then return '?' end
  if o[2] ~= ARGV[3] then return '!another' end
  line(D, m)
  freeLock(ARGV[3])
  return '?'
`,
});

const NOTIFY = {
  source: `
local function notify(count)
  local D = P..'d:'..id
  while count > 0 do
    local m = call('ZPOPMIN', D)[1]
    if not m then return end
    if exists((waiter(m))) then
      line(W, m)
      count = count - 1
    end
  end
end
`,
};

// ARGV: the hold, how many (-1: all).
export const notify = new Script({
  name: 'notify',
  parts: [NOTIFY],
  body: `
  local o = call('HMGET', O, 'k', 'h')
  if not o[1] then return '!gone' end
  if o[2] ~= ARGV[3] then return '!another' end
  local count = tonumber(ARGV[4])
  notify(count < 0 and math.huge or count)
  return keep('+')
`,
});

// ARGV: the call that is to sleep no longer, `1` to pass a notification on. Its caller goes on waiting, for the lock. Returns `-` if it was not notified.
export const wakeUp = new Script({
  name: 'wake-up',
  parts: [LOCK, NOTIFY],
  body: `
  local m = me..' '..ARGV[3]
  if call('ZREM', P..'d:'..id, m) == 0 then
    if ARGV[4] == '1' then notify(1) end
    return keep('+')
  end
  line(W, m)
  if not call('HGET', O, 'h') then handOver(id, false) end
  return keep('-')
`,
});
