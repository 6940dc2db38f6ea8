/**
 * The scripts of protocol 1. Each runs whole on the server and uses the server's clock only. Of a session
 * there are four keys: `t` the token, `l` the lease and the failures, `r` the refresh token, `w` the stream
 * that wakes those who wait. Numbers are passed as whole texts, since Lua would shorten them.
 */

/** Milliseconds that `l` and `w` stay after the last use: a day. */
const idle = 86_400_000;
/** Milliseconds that a refresh token stays, and the token that goes with it: 400 days, the longest that any counts. */
const refreshTime = 400 * idle;

/** Milliseconds of the longest lease; one that says more is none. */
const longestLease = 300_000;

const prelude = `
local T, L, R, W = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local clock = redis.call('TIME')
local us = clock[1] * 1000000 + clock[2]
local now = math.floor(us / 1000)
local function num(v) return tonumber(v or '') or 0 end
local function str(v) return string.format('%.0f', v) end
local function wake() redis.call('XADD', W, 'MAXLEN', '1', '*', 'at', str(now)); redis.call('PEXPIRE', W, '${idle}') end
local t = redis.call('HMGET', T, 'n', 'at', 'renew', 'exp', 'sealed', 'owner', 'bad')
local l = redis.call('HMGET', L, 'holder', 'n', 'until', 'owner')
local tn, ln = num(t[1]), num(l[2])
local busy = num(l[3]) > now and num(l[3]) <= now + ${longestLease}
`;

/**
 * ARGV: holder, lease, fingerprint, owner, need, at least, after, bad, ahead, force; an empty text for none.
 * Returns status, now, n of the grant, event, the token's fields, lease, failure, refresh token.
 */
export const take = `${prelude}
local holder, lease, print, owner = ARGV[1], num(ARGV[2]), ARGV[3], ARGV[4]
local need, least, after = num(ARGV[5]), num(ARGV[6]), tonumber(ARGV[7])
local ahead, force = ARGV[9] == '1', ARGV[10] == '1'
if ARGV[8] ~= '' and ARGV[8] == (t[1] or '') then redis.call('HSET', T, 'bad', '1'); t[7] = '1' end
local at, exp = num(t[2]), num(t[4])
local last = exp > 0 and exp or at + 60000
local live = t[5] and t[5] ~= '' and not t[7] and last > now and tn >= least
local margin = exp > 0 and math.max(math.min(60000, (exp - at) / 10), need) or 0
local good = live and not force and (last - now > margin or (after ~= nil and tn > after))
local held = busy and l[1] ~= holder
local refresh = redis.call('HMGET', R, 'sealed', 'n', 'spent')
local f = redis.call('HMGET', L, 'f:' .. print, 'f:all', 'f:net')
local failure
for i = 1, 3 do
  local till, n, sealed = string.match(f[i] or '', '^(%d+) %d+ (%d+) (.*)$')
  if till and num(till) > now and not failure then failure = { n, sealed } end
end
local status = 'granted'
if owner ~= '' and ((live and t[6] ~= owner) or (held and l[4] ~= owner)) then status = 'foreign'
elseif good and (held and ahead or not held and (num(t[3]) == 0 or now < num(t[3]) or not ahead or failure)) then status = 'token'
elseif held then status = 'held'
elseif failure and not force then status = 'failed' end
local n = ''
if status == 'granted' then
  n = str(math.max(us, tn + 1, ln + 1, least + 1))
  redis.call('HSET', L, 'holder', holder, 'n', n, 'until', str(now + lease), 'owner', owner)
  redis.call('PEXPIRE', L, '${idle}')
  -- A lost answer: the same holder asks again, and has not presented it.
  if l[1] == holder and refresh[3] == l[2] then refresh[3] = false end
  if refresh[1] and not refresh[3] then redis.call('HSET', R, 'spent', n) end
end
local event = redis.call('XREVRANGE', W, '+', '-', 'COUNT', '1')
return { status, str(now), n, event[1] and event[1][1] or '0-0',
  t[5] and t[1] or '', t[2] or '', t[3] or '', t[4] or '', t[5] or '', live and '' or '1',
  held and l[2] or '', held and l[3] or '', failure and failure[1] or '', failure and failure[2] or '',
  status == 'granted' and refresh[1] or '', refresh[2] or '', refresh[3] or '' }
`;

/** ARGV: holder, n, lease. Returns 1 if the lease is held, also one that was lost and is free. */
export const beat = `${prelude}
local n = num(ARGV[2])
local own = l[1] == ARGV[1] and ln == n
if not own and (busy or ln > n or tn >= n) then return 0 end
redis.call('HSET', L, 'holder', ARGV[1], 'n', ARGV[2], 'until', str(now + num(ARGV[3])))
redis.call('PEXPIRE', L, '${idle}')
return 1
`;

/**
 * ARGV: holder, n, age, sealed, lifetime, time to the renewal, refresh token, owner; an empty text for none.
 * Returns kept, stale or behind.
 */
export const keep = `${prelude}
local n = num(ARGV[2])
if tn > n then return 'stale' end
local own = l[1] == ARGV[1] and ln == n
if busy and not own and ln > n and ARGV[7] == '' then return 'behind' end
local at = now - num(ARGV[3])
local life = num(ARGV[5])
redis.call('HSET', T, 'n', ARGV[2], 'at', str(at), 'sealed', ARGV[4], 'owner', ARGV[8],
  'exp', life > 0 and str(at + life) or '', 'renew', ARGV[6] ~= '' and str(at + num(ARGV[6])) or '')
redis.call('HDEL', T, 'bad')
redis.call('PEXPIRE', T, ARGV[7] ~= '' and '${refreshTime}' or str(life + ${idle}))
if ARGV[7] ~= '' then
  redis.call('HSET', R, 'sealed', ARGV[7], 'n', ARGV[2])
  redis.call('HDEL', R, 'spent')
  redis.call('PEXPIRE', R, '${refreshTime}')
else redis.call('DEL', R) end
if own then redis.call('HSET', L, 'until', '0') end
redis.call('HDEL', L, 'f:all', 'f:net')
wake()
return 'kept'
`;

/**
 * ARGV: holder, n, what became of the refresh token, kind of the failure, fingerprint, milliseconds, sealed.
 * Of a failure is stored: until when it counts, how many there were in a row, n, sealed.
 */
export const leave = `${prelude}
if ARGV[3] == 'refused' then
  if num(redis.call('HGET', R, 'n')) < num(ARGV[2]) then redis.call('DEL', R) end
elseif ARGV[3] == 'unused' then
  if redis.call('HGET', R, 'spent') == ARGV[2] then redis.call('HDEL', R, 'spent') end
end
if l[1] ~= ARGV[1] or ln ~= num(ARGV[2]) then return 0 end
local kind = ARGV[4]
if kind ~= '' then
  local field = kind == 'refused' and 'f:' .. ARGV[5] or kind == 'limited' and 'f:all' or 'f:net'
  local till, count = string.match(redis.call('HGET', L, field) or '', '^(%d+) (%d+)')
  local forget = kind == 'refused' and 7200000 or 60000
  local times = till and now - num(till) < forget and num(count) + 1 or 1
  local wait = num(ARGV[6])
  if kind == 'refused' then wait = math.min(30000 * 2 ^ (times - 1), 3600000)
  elseif kind == 'transient' then wait = 0; if times >= 3 then wait, times = 5000, 0 end end
  redis.call('HSET', L, field, str(now + wait) .. ' ' .. str(times) .. ' ' .. ARGV[2] .. ' ' .. ARGV[7])
end
redis.call('HSET', L, 'until', '0')
wake()
return 1
`;

/**
 * ARGV: owner, or an empty text. Returns the refresh token: sealed, n, spent. The number of the token stays, so
 * that it never falls.
 */
export const end = `${prelude}
if ARGV[1] ~= '' and t[6] ~= ARGV[1] then return { '', '', '' } end
local refresh = redis.call('HMGET', R, 'sealed', 'n', 'spent')
redis.call('HDEL', T, 'sealed', 'bad')
redis.call('DEL', R)
wake()
return { refresh[1] or '', refresh[2] or '', refresh[3] or '' }
`;
