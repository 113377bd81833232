import { Script } from './script.js';

// o:ID  s: `1` while it is set.
// w:ID  callers that wait. Empty while it is set: `setEvent` tells all of them, also those that do not listen just now.

export const waitForEvent = new Script({
  name: 'wait-for-event',
  changes: false,
  body: `
  local o = call('HMGET', O, 'k', 's')
  if not o[1] then return '!gone' end
  if o[2] == '1' then return '+' end
  if ARGV[3] ~= '1' then return '-' end
  line(W, me..' '..wid)
  return '?'
`,
});

export const setEvent = new Script({
  name: 'set-event',
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  call('HSET', O, 's', '1')
  tellAll(W, '+')
  return '+'
`,
});

export const clearEvent = new Script({
  name: 'clear-event',
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  call('HSET', O, 's', '0')
  return '+'
`,
});

// ARGV: the call that is given up. What it was told meanwhile took nothing from others.
export const giveUpWait = new Script({
  name: 'give-up-wait',
  changes: false,
  body: `
  call('ZREM', W, me..' '..ARGV[3])
  call('HDEL', KEPT, ARGV[3])
  return '+'
`,
});
