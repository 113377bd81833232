// The usual put and get; see `quick` in script.ts, and the fields of a queue in queue-lines.ts.

/** Gives `item` to the getter `m`, which is at the head of the line, and then does what `after` says; nothing if it does not listen. */
const give = (after: string): string => `
      local s, w = string.match(m, '^(%S+) (%d+)')
      local lease, t = call('ZSCORE', P..'sessions', s), call('TIME')
      local text = '+'..struct.pack('>I4', #item)..item
      if lease and tonumber(lease) >= t[1] * 1000 + t[2] / 1000 and call('PUBLISH', P..'c:'..s, w..' '..text) > 0 then
        call('HSET', P..'k:'..s, w, text)
        call('ZREM', W, m)
        call('HINCRBY', O, 't', 1)
        ${after}
      end
`;

// One item for a plain queue: to the getter at the head of the line, if it listens, or into the list, if there is room and no getter. Written once more,
// from `offer` in queue-lines.ts: the conditions first, and in them nothing that changes anything but the push, which is the last of them.
export const QUICK_PUT = `
do
  local item = ARGV[4]
  local O, I, W, K = P..'o:'..id, P..'i:'..id, P..'w:'..id, P..'k:'..me
  local o = call('HMGET', O, 'k', 'x', 'p')
  if not again and #ARGV == 4 and #item < 65000 and o[1] == 'Queue' and not o[2]
    and call('EXISTS', P..'s:'..me) == 1 and call('EXISTS', P..'d:'..id) == 0 then
    local length, m = call('LLEN', I), call('ZRANGE', W, 0, 0)[1]
    local isPut = false
    if not m then
      if o[3] == '0' or length < tonumber(o[3]) then
        call('RPUSH', I, item)
        isPut = true
      end
    elseif length == 0 then
${give('isPut = true')}
    end
    if isPut then
      call('HSET', K, wid, '+')
      if acks ~= '' then for a in string.gmatch(acks, '%d+') do call('HDEL', K, a) end end
      return '+'
    end
  end
end
`;

// One item for a joinable queue without a limit: to the getter at the head of the line, if it listens.
export const QUICK_POST = `
do
  local item = ARGV[3]
  local O, I, W = P..'o:'..id, P..'i:'..id, P..'w:'..id
  local o = call('HMGET', O, 'k', 'x', 'p')
  if #item < 65000 and o[1] == 'JoinableQueue' and not o[2] and o[3] == '0'
    and call('EXISTS', I, P..'d:'..id) == 0 then
    local m = call('ZRANGE', W, 0, 0)[1]
    if m then
${give(`if call('RPUSH', P..'t:'..s..':'..id, item) == 1 then call('SADD', P..'h:'..s, 'j '..id) end
        call('HINCRBY', O, 'u', 1)
        return '+'`)}
    end
  end
end
`;

// Waits for items of a queue that has none.
export const QUICK_GET = `
do
  local O = P..'o:'..id
  local o = call('HMGET', O, 'k', 'x')
  if not again and ARGV[3] == '1' and o[1] and not o[2]
    and call('EXISTS', P..'s:'..me) == 1 and call('EXISTS', P..'i:'..id) == 0 then
    call('ZADD', P..'w:'..id, 'NX', call('HINCRBY', O, 'q', 1), me..' '..wid..' '..ARGV[4])
    if acks ~= '' then for a in string.gmatch(acks, '%d+') do call('HDEL', P..'k:'..me, a) end end
    return '?'
  end
end
`;
