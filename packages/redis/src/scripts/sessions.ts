import { BARRIER } from './barrier.js';
import { JOINABLE } from './joinable-queue.js';
import { LOCK } from './lock.js';
import { REFERENCES } from './objects.js';
import { Script } from './script.js';
import type { Part } from './script.js';
import { SEMAPHORE } from './semaphore.js';

// A session lives from `join` to `bury`. In between it is in the table of sessions, and nowhere else is written whether it lives.
//
// `bury` is the only way out: it takes the line away and gives back everything that the session held, in one script. What was held is in `h:S`,
// written by the scripts that gave it. It first removes the line, so that nothing below can be given to the dead session again.
//
// `suspect`: whether the socket of a session tells that it is dead, and if not yet, how many ms until it will. No socket listens, and has not for
// the grace: dead. The time is noted by the first sweep that finds no socket, and taken back by `resume`. A session that has not come back to
// this run of the server says nothing by having no socket: there is its lease for that.
const BURY: Part = {
  needs: [LOCK, SEMAPHORE, BARRIER, JOINABLE, REFERENCES],
  source: `
local leaving = {
  l = lockLeft, b = permitsLeft, p = partyLeft, a = actorLeft, j = takerLeft, r = referenceLeft,
}
local function bury(s)
  call('ZREM', SESSIONS, s)
  local held = call('SMEMBERS', P..'h:'..s)
  call('DEL', P..'h:'..s, P..'s:'..s, P..'k:'..s)
  for _, one in ipairs(held) do
    local letter, object = string.match(one, '^(%a) (.*)$')
    leaving[letter](object, s)
  end
end

local function suspect(s)
  local about = call('HMGET', P..'s:'..s, 'grace', 'run', 'gone')
  if about[2] ~= call('GET', P..'run') then return nil end
  if not about[3] then
    call('HSET', P..'s:'..s, 'gone', now())
    return tonumber(about[1] or 0)
  end
  return tonumber(about[1] or 0) - (now() - tonumber(about[3]))
end
`,
};

/** ms between two looks at the sockets, for each session there is. */
const SWEEP_MS = 0.05;

// ARGV: the lease to renew to, in ms from now, or 0. Returns ms until the next suspect's grace is over, or nothing. A session whose lease is over is not
// renewed: its holder counts with that, and has given up what it held.
export const sweep = new Script({
  name: 'sweep',
  parts: [BURY],
  changes: false,
  body: `
  local lease = tonumber(ARGV[3])
  if tonumber(exists(me)) < now() then bury(me) return '!lost' end
  if lease > 0 then call('ZADD', SESSIONS, 'XX', now() + lease, me) end
  for _, s in ipairs(call('ZRANGEBYSCORE', SESSIONS, '-inf', '('..now())) do
    bury(s)
  end
  local next = ''
  local last = tonumber(call('GET', P..'swept') or 0)
  local count = call('ZCARD', SESSIONS)
  if now() >= last and now() - last < count * ${SWEEP_MS} then return '+' end
  call('SET', P..'swept', now())
  local all = call('ZRANGE', SESSIONS, 0, -1)
  each(#all, 1, function(i, j)
    local channels = {}
    for k = i, j do channels[#channels + 1] = P..'c:'..all[k] end
    local counts = call('PUBSUB', 'NUMSUB', unpack(channels))
    for k = i, j do
      if counts[2 * (k - i + 1)] == 0 and all[k] ~= me then
        local left = suspect(all[k])
        if left and left <= 0 then bury(all[k])
        elseif left and (next == '' or left < next) then next = left end
      end
    end
  end)
  return '+'..next
`,
});

// The session is new. ARGV: lease, grace, run of the server, who it is, an id for the store if it has none, the session before it, which its holder has given up.
// Returns the id of the store.
// Not through `run`: the session is not in the table yet.
export const join = new Script({
  name: 'join',
  parts: [BURY],
  unregistered: true,
  body: `
  if ARGV[8] ~= '' then bury(ARGV[8]) end
  call('ZADD', SESSIONS, now() + tonumber(ARGV[3]), me)
  call('HSET', P..'s:'..me, 'grace', ARGV[4], 'run', ARGV[5], 'who', ARGV[6])
  call('SET', P..'run', ARGV[5])
  call('SET', P..'id', ARGV[7], 'NX')
  return '+'..call('GET', P..'id')
`,
});

// The session has connected again. ARGV as for `join`. It is refused if it has been buried, and if its lease is over, though that was not noticed yet:
// the session that asks first decides, and others may rely on the lease.
export const resume = new Script({
  name: 'resume',
  body: `
  if tonumber(exists(me)) < now() then return '!lost' end
  call('HDEL', P..'s:'..me, 'gone')
  call('HSET', P..'s:'..me, 'run', ARGV[5])
  call('SET', P..'run', ARGV[5])
  call('ZADD', SESSIONS, now() + tonumber(ARGV[3]), me)
  call('SET', P..'id', ARGV[7], 'NX')
  return '+'..call('GET', P..'id')
`,
});

// The session leaves by itself.
export const leave = new Script({
  name: 'leave',
  parts: [BURY],
  body: `
  bury(me)
  return '+'
`,
});
