import type { Part } from './script.js';

// o:ID  p: the most items, 0 for any number; t: how many were ever taken or thrown away; x: `1` when it is shut down; u: of a joinable queue, how many
//       were put and are not reported as done.
// i:ID  the items, the oldest first.
// w:ID  getters, each with how many items it takes at most. x:ID  putters, whose items are in y:ID. d:ID  calls of `drained()`, by the count of
//       taken items that they wait for.
//
// While there are items, no listening getter is in line; while there is room, no putter is. Whatever adds items or makes room serves the lines in the same script.
// A putter need not listen: its items are here.
//
// An item is in `i:ID`, or in an answer that is kept for the session that has it, until that session says that the answer arrived. So a cut
// connection loses none.

/** The most bytes of an answer with several items. */
export const MAX_BYTES = 1024 * 1024;

/** What the scripts of queues have in common: items, and the lines of those that wait. */
export const QUEUE: Part = {
  source: `
local function count(field, by)
  return call('HINCRBY', O, field, by)
end

local function isJoinable()
  return call('HGET', O, 'k') == 'JoinableQueue'
end

local function taken(number)
  local t = count('t', number)
  local D = P..'d:'..id
  for _, m in ipairs(call('ZRANGEBYSCORE', D, '-inf', t)) do
    local s, w = waiter(m)
    tell(s, w, '+')
    call('ZREM', D, m)
  end
end

local function note(s, items)
  if not isJoinable() then return end
  each(#items, 1, function(i, j) call('RPUSH', P..'t:'..s..':'..id, unpack(items, i, j)) end)
  call('SADD', P..'h:'..s, 'j '..id)
end

local function append(items, from, to)
  each(to, from, function(i, j) call('RPUSH', P..'i:'..id, unpack(items, i, j)) end)
end

local function oldest(most)
  local items, bytes = {}, 0
  while #items < most do
    local more = call('LRANGE', P..'i:'..id, #items, math.min(#items + 64, most) - 1)
    if #more == 0 then return items end
    for _, item in ipairs(more) do
      if bytes > 0 and bytes + #item > ${MAX_BYTES} then return items end
      bytes = bytes + #item
      items[#items + 1] = item
    end
  end
  return items
end

local function feed()
  local I = P..'i:'..id
  while call('LLEN', I) > 0 do
    local function give(s, w, most)
      local items = oldest(tonumber(most))
      if not answer(s, w, '+'..pack(items)) then return false end
      call('LTRIM', I, #items, -1)
      note(s, items)
      taken(#items)
      return true
    end
    if not serve(W, give) then return end
  end
end

local function offer(items)
  local done = 0
  if call('LLEN', P..'i:'..id) == 0 then
    local function give(s, w, most)
      local some = { unpack(items, done + 1, math.min(done + most, #items)) }
      if not answer(s, w, '+'..pack(some)) then return false end
      done = done + #some
      note(s, some)
      taken(#some)
      return true
    end
    while done < #items and serve(W, give) do end
  end
  local most = tonumber(call('HGET', O, 'p'))
  local room = #items - done
  if most > 0 then room = math.max(0, math.min(room, most - call('LLEN', P..'i:'..id))) end
  append(items, done + 1, done + room)
  if isJoinable() then count('u', done + room) end
  return done + room
end

local function letPut()
  local X, Y = P..'x:'..id, P..'y:'..id
  while true do
    local m = call('ZRANGE', X, 0, 0)[1]
    if not m then return end
    local s, w = waiter(m)
    local items = exists(s) and unpackItems(call('HGET', Y, m)) or {}
    local done = offer(items)
    if done < #items then
      call('HSET', Y, m, pack({ unpack(items, done + 1) }))
      return
    end
    call('ZREM', X, m)
    call('HDEL', Y, m)
    tell(s, w, '+')
  end
end

local function giveBack(items)
  if #items == 0 then return end
  for i = #items, 1, -1 do call('LPUSH', P..'i:'..id, items[i]) end
  count('t', -#items)
  feed()
end
`,
};
