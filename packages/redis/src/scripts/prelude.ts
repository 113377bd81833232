// What every script begins with. Arguments: first, in one, since each costs the client as much as a short script costs the server, the session, the number of
// the call, `!` if it is sent again, numbers of calls whose answers have arrived; then the object; from ARGV[3] on, those of the script.
//
// `run`: a session that is buried changes nothing any more. A call that is sent again finds its answer, if it was done before. Answers that
// have arrived are dropped last, so that nothing is lost if the script is refused.
//
// `answer`: what a waiter is given is kept and pushed in one step. It returns false, and does nothing, if the waiter's session is
// not alive or does not listen: then the caller gives it to the next one. `tell` is for answers that take nothing away from others: they are kept
// for a session that does not listen just now, which finds them when it comes back.
//
// `deliver`: what is larger than LARGE is laid aside, and fetched in pieces. The server ends the connection of a subscriber to which it has more than
// 32 MB to say.
//
// `serve`: goes through a line of waiters from its head. The dead are forgotten; one that does not listen keeps its place.
export const ARGUMENTS = `local call = redis.call
local me, wid, again, acks = string.match(ARGV[1], '^(%S+) (%d+)(!?) ?(.*)$')
again = again == '!'
local id = ARGV[2]`;

export const PRELUDE = `
local SESSIONS = P..'sessions'
local KEPT = P..'k:'..me
local O, W = P..'o:'..id, P..'w:'..id
local PUSHED = 65536
local LARGE = 4194304

local clock
local function now()
  if not clock then local t = call('TIME') clock = t[1] * 1000 + math.floor(t[2] / 1000) end
  return clock
end

local function fence(O)
  local t = call('TIME')
  return string.format('%.0f', math.max(tonumber(call('HGET', O, 'f') or 0) + 1, t[1] * 1000000 + t[2]))
end

local function keep(text)
  call('HSET', KEPT, wid, text)
  return text
end

local function exists(s)
  return call('ZSCORE', SESSIONS, s)
end

local function push(s, w, text)
  return call('PUBLISH', P..'c:'..s, w..' '..(#text > PUSHED and '*' or text))
end

local function answer(s, w, text)
  local lease = exists(s)
  if not lease or tonumber(lease) < now() or push(s, w, text) == 0 then return false end
  call('HSET', P..'k:'..s, w, text)
  return true
end

local function tell(s, w, text)
  if not exists(s) then return end
  call('HSET', P..'k:'..s, w, text)
  push(s, w, text)
end

local function line(key, member)
  call('ZADD', key, 'NX', call('HINCRBY', O, 'q', 1), member)
end

local function waiter(member)
  return string.match(member, '^(%S+) (%d+) ?(%d*)')
end

local function serve(key, give)
  local from = 0
  while true do
    local m = call('ZRANGE', key, from, from)[1]
    if not m then return false end
    local s, w, more = waiter(m)
    if not exists(s) then call('ZREM', key, m)
    elseif give(s, w, more, m) then call('ZREM', key, m) return true
    else from = from + 1 end
  end
end

local function tellAll(key, text)
  for _, m in ipairs(call('ZRANGE', key, 0, -1)) do
    local s, w = waiter(m)
    tell(s, w, text)
  end
  call('DEL', key)
end

local function each(count, from, use)
  for i = from, count, 1000 do use(i, math.min(i + 999, count)) end
end

local function pack(items)
  local out = {}
  for i, item in ipairs(items) do
    out[2 * i - 1] = struct.pack('>I4', item and #item or 4294967295)
    out[2 * i] = item or ''
  end
  return table.concat(out)
end

local function unpackItems(text)
  local items, at = {}, 1
  while at <= #text do
    local length = struct.unpack('>I4', text, at)
    items[#items + 1] = string.sub(text, at + 4, at + 3 + length)
    at = at + 4 + length
  end
  return items
end

local function deliver(text)
  if #text <= LARGE then return text end
  call('SET', P..'g:'..me..':'..wid, text, 'PX', 600000)
  return '~'..#text
end

local function forget()
  local arrived = {}
  for a in string.gmatch(acks, '%d+') do
    arrived[#arrived + 1] = a
    if #arrived == 1000 then call('HDEL', KEPT, unpack(arrived)) arrived = {} end
  end
  if arrived[1] then call('HDEL', KEPT, unpack(arrived)) end
end

local function run(body)
  if not exists(me) then return '!lost' end
  if again then
    local kept = call('HGET', KEPT, wid)
    if kept then return deliver(kept) end
  end
  local reply = body()
  forget()
  return deliver(reply)
end
`;
