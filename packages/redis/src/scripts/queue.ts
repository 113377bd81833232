import { MAX_BYTES, QUEUE } from './queue-lines.js';
import { QUICK_GET, QUICK_PUT } from './queue-quick.js';
import { Script } from './script.js';

// ARGV: `1` to wait, the items. Returns how many were put, if not all.
export const put = new Script({
  name: 'put',
  parts: [QUEUE],
  stores: true,
  quick: QUICK_PUT,
  body: `
  local o = call('HMGET', O, 'k', 'x')
  if not o[1] then return '!gone' end
  local m = me..' '..wid
  if again and call('ZSCORE', P..'x:'..id, m) then return '?' end
  if o[2] == '1' then return '!shut' end
  local items = { unpack(ARGV, 4) }
  local done = offer(items)
  if done == #items then return keep('+') end
  if ARGV[3] ~= '1' then return keep('-'..done) end
  line(P..'x:'..id, m)
  call('HSET', P..'y:'..id, m, pack({ unpack(items, done + 1) }))
  return '?'
`,
});

// ARGV: `1` to wait, how many at most.
export const get = new Script({
  name: 'get',
  takes: true,
  parts: [QUEUE],
  quick: QUICK_GET,
  body: `
  local o = call('HMGET', O, 'k', 'x')
  if not o[1] then return '!gone' end
  local most = tonumber(ARGV[4])
  local items = most == 1 and call('LPOP', P..'i:'..id, 1) or most > 1 and oldest(most)
  if items and #items > 0 then
    if most > 1 then call('LTRIM', P..'i:'..id, #items, -1) end
    if again then call('ZREM', W, me..' '..wid..' '..ARGV[4]) end
    note(me, items)
    taken(#items)
    letPut()
    return keep('+'..pack(items))
  end
  if o[2] == '1' then return '!shut' end
  if ARGV[3] ~= '1' then return '-' end
  line(W, me..' '..wid..' '..ARGV[4])
  return '?'
`,
});

// Several `get`, each for one item, whose calls are numbered from this one's number on. ARGV: how many. Returns their replies, `none` for those that
// were not come to: an answer has MAX_BYTES and one item more at most.
export const getEach = new Script({
  name: 'get-each',
  takes: true,
  parts: [QUEUE],
  body: `
  local o = call('HMGET', O, 'k', 'x')
  if not o[1] then return '!gone' end
  local I, wanted = P..'i:'..id, tonumber(ARGV[3])
  local replies, kept, bytes = {}, {}, 0
  repeat
    local items = oldest(wanted - #replies)
    if #items == 0 then break end
    for _, item in ipairs(items) do
      kept[#kept + 1] = wid + #replies
      replies[#replies + 1] = '+'..pack({ item })
      kept[#kept + 1] = replies[#replies]
      bytes = bytes + #item
    end
    call('LTRIM', I, #items, -1)
    note(me, items)
    taken(#items)
    letPut()
  until #replies == wanted or bytes > ${MAX_BYTES}
  if #kept > 0 then call('HSET', KEPT, unpack(kept)) end
  if call('LLEN', I) > 0 then
    for i = #replies + 1, wanted do replies[i] = false end
  elseif o[2] == '1' then
    for i = #replies + 1, wanted do replies[i] = '!shut' end
  elseif #replies < wanted then
    local last = call('HINCRBY', O, 'q', wanted - #replies)
    local places = {}
    for i = #replies + 1, wanted do
      places[#places + 1] = last - wanted + i
      places[#places + 1] = me..' '..wid + i - 1 ..' 1'
      replies[i] = '?'
    end
    call('ZADD', W, 'NX', unpack(places))
  end
  return '='..pack(replies)
`,
});

// ARGV: the call that is given up, how many items it would have taken. Items that it got meanwhile go back to the front, and on to the next getter.
export const giveUpGet = new Script({
  name: 'give-up-get',
  parts: [QUEUE],
  changes: false,
  body: `
  if call('ZREM', W, me..' '..ARGV[3]..' '..ARGV[4]) == 1 then return '+' end
  local kept = call('HGET', KEPT, ARGV[3])
  if not kept then return '+' end
  call('HDEL', KEPT, ARGV[3])
  if string.sub(kept, 1, 1) ~= '+' then return '+' end
  local items = unpackItems(string.sub(kept, 2))
  if isJoinable() then
    for i = #items, 1, -1 do call('LREM', P..'t:'..me..':'..id, -1, items[i]) end
  end
  giveBack(items)
  return '+'
`,
});

// ARGV: the call that is given up. Returns how many items were not put.
export const giveUpPut = new Script({
  name: 'give-up-put',
  parts: [QUEUE],
  body: `
  local m = me..' '..ARGV[3]
  if call('ZREM', P..'x:'..id, m) == 0 then return '+0' end
  local left = unpackItems(call('HGET', P..'y:'..id, m))
  call('HDEL', P..'y:'..id, m)
  letPut()
  return keep('+'..#left)
`,
});

export const drained = new Script({
  name: 'drained',
  parts: [QUEUE],
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  local there = call('LLEN', P..'i:'..id)
  if there == 0 then return '+' end
  if ARGV[3] ~= '1' then return '-' end
  call('ZADD', P..'d:'..id, 'NX', count('t', 0) + there, me..' '..wid)
  return '?'
`,
});

// ARGV: the letter of the line, the call that is given up.
export const giveUpLine = new Script({
  name: 'give-up-line',
  changes: false,
  body: `
  call('ZREM', P..ARGV[3]..':'..id, me..' '..ARGV[4])
  call('HDEL', KEPT, ARGV[4])
  return '+'
`,
});

export const queueSize = new Script({
  name: 'queue-size',
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  return '+'..call('LLEN', P..'i:'..id)
`,
});

// ARGV: `1` to throw away what is in it.
export const shutDown = new Script({
  name: 'shut-down',
  parts: [QUEUE],
  changes: false,
  body: `
  if call('HEXISTS', O, 'k') == 0 then return '!gone' end
  call('HSET', O, 'x', '1')
  tellAll(P..'x:'..id, '!shut')
  call('DEL', P..'y:'..id)
  if ARGV[3] == '1' then
    local there = call('LLEN', P..'i:'..id)
    call('DEL', P..'i:'..id)
    if there > 0 then taken(there) end
    if there > 0 and isJoinable() and count('u', -there) == 0 then tellAll(P..'j:'..id, '+') end
  end
  if call('LLEN', P..'i:'..id) == 0 then tellAll(W, '!shut') end
  return '+'
`,
});
