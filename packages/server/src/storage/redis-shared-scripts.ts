import { createHash } from "node:crypto";

/** One atomic step inside Redis. */
export interface Script {
  source: string;
  sha: string;
}

/**
 * Every script starts with the time: that of Redis, which all replicas share, in milliseconds; or the one a test gives.
 * `slack` makes keys outlive their time by so much, for tests whose time is not that of Redis. Whatever ends is kept as
 * "end ttl fence:value": a clock that is set back makes nothing live longer than its ttl from then on.
 */
const PRELUDE = `
local slack = tonumber(ARGV[2])
local now, micros
if ARGV[1] ~= "" then
  now = tonumber(ARGV[1])
  micros = now * 1000
else
  local time = redis.call("TIME")
  micros = time[1] * 1000000 + time[2]
  now = math.floor(micros / 1000)
end
local LONGEST = 3e11
local function whole(number) return string.format("%.0f", number) end
local function set(key, text, ttl)
  redis.call("SET", key, text, "PX", whole(math.min(math.max(ttl, 1) + slack, LONGEST)))
end
local function put(key, value, ttl, fence)
  set(key, whole(now + ttl) .. " " .. whole(ttl) .. " " .. whole(fence) .. ":" .. value, ttl)
end
local function find(key)
  local known = redis.call("GET", key)
  if not known then return nil end
  local colon = string.find(known, ":", 1, true)
  local ends, ttl, fence = string.match(string.sub(known, 1, colon - 1), "^(%d+) (%d+) (%d+)$")
  ends, ttl, fence = tonumber(ends), tonumber(ttl), tonumber(fence)
  if ends <= now then return nil, fence end
  local value = string.sub(known, colon + 1)
  if ends > now + ttl then put(key, value, ttl, fence) end
  return value, fence
end
local function paused(key)
  local known = redis.call("GET", key)
  if not known then return 0 end
  local ends, ms = string.match(known, "^(%d+) (%d+)$")
  ends, ms = tonumber(ends), tonumber(ms)
  if ends > now + ms then
    ends = now + ms
    set(key, whole(ends) .. " " .. whole(ms), ms)
  end
  return math.max(0, ends - now)
end
`;

function script(source: string): Script {
  const whole = PRELUDE + source;
  return { source: whole, sha: createHash("sha1").update(whole).digest("hex") };
}

/** `limits/token-bucket.ts` in Lua. → admitted, parts left. ARGV: full, parts per token, parts per ms, parts asked. */
export const TAKE = script(`
local full, per_token, per_ms, cost = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local parts = full
local was_set_back = false
local known = redis.call("GET", KEYS[1])
if known then
  local had, had_per_token, at = string.match(known, "^(%d+) (%d+) (%d+)$")
  had, had_per_token, at = tonumber(had), tonumber(had_per_token), tonumber(at)
  if had_per_token ~= per_token then had = math.floor((had / had_per_token) * per_token) end
  was_set_back = at > now
  parts = math.min(full, had + math.max(0, now - at) * per_ms)
end
local admitted = cost <= parts
if admitted then parts = parts - cost end
if (admitted and cost > 0) or was_set_back then
  set(KEYS[1], whole(parts) .. " " .. whole(per_token) .. " " .. whole(now), math.ceil((full - parts) / per_ms))
end
return { admitted and 1 or 0, parts }
`);

/**
 * `limits/sliding-window.ts` in Lua: a list of times. → admitted, used before, pause left, wait, ms until empty.
 * KEYS: window, its pause. ARGV: limit, ms, cost.
 */
export const TAKE_WINDOW = script(`
local limit, window, cost = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function at(index) return tonumber(redis.call("LINDEX", KEYS[1], index) or "") end
if (at(-1) or now) > now then
  local all = redis.call("LRANGE", KEYS[1], 0, -1)
  redis.call("DEL", KEYS[1])
  for _, time in ipairs(all) do redis.call("RPUSH", KEYS[1], whole(math.min(tonumber(time), now))) end
  redis.call("PEXPIRE", KEYS[1], whole(window + slack))
end
while (at(0) or now) <= now - window do redis.call("LPOP", KEYS[1]) end
local used = redis.call("LLEN", KEYS[1])
local pause = paused(KEYS[2])
local fits = cost == 0 or used + cost <= limit
local admitted = fits and pause == 0
local wait = 0
if not fits then wait = (at(used + cost - limit - 1) or now) + window - now end
if admitted and cost > 0 then
  for _ = 1, cost do redis.call("RPUSH", KEYS[1], whole(now)) end
  redis.call("PEXPIRE", KEYS[1], whole(window + slack))
end
local newest = at(-1)
return { admitted and 1 or 0, used, pause, wait, newest and newest + window - now or 0 }
`);

/** KEYS: the pause. ARGV: ms. */
export const PAUSE = script(`
local ms = math.max(tonumber(ARGV[3]), paused(KEYS[1]))
set(KEYS[1], whole(now + ms) .. " " .. whole(ms), ms)
`);

export const GET = script(`return (find(KEYS[1])) or false`);

/** ARGV: value, ttl. */
export const SET = script(`put(KEYS[1], ARGV[3], tonumber(ARGV[4]), 0)`);

/** → 1 when it was set. ARGV: value, ttl. */
export const SET_IF_ABSENT = script(`
if find(KEYS[1]) then return 0 end
put(KEYS[1], ARGV[3], tonumber(ARGV[4]), 0)
return 1
`);

/** → 1 when it was set. ARGV: value, ttl, fence. */
export const SET_FENCED = script(`
local value, fence = find(KEYS[1])
if value and fence > tonumber(ARGV[5]) then return 0 end
put(KEYS[1], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
return 1
`);

/**
 * → the fence, or nothing while it is held. Fences are microseconds, or one more than the last where that is later: they
 * grow also when Redis has lost everything. ARGV: ttl, how long the last fence is remembered.
 */
export const LEASE = script(`
local held, last = find(KEYS[1])
if held then return false end
local fence = math.max((last or 0) + 1, micros)
local ttl = tonumber(ARGV[3])
set(KEYS[1], whole(now + ttl) .. " " .. whole(ttl) .. " " .. whole(fence) .. ":", ttl + tonumber(ARGV[4]))
return whole(fence)
`);

/** → 1 while it is still held. ARGV: ttl (0 gives it back), how long the fence is remembered, fence. */
export const RENEW = script(`
local held, last = find(KEYS[1])
if not held or last ~= tonumber(ARGV[5]) then return 0 end
local ttl = tonumber(ARGV[3])
set(KEYS[1], whole(now + ttl) .. " " .. whole(ttl) .. " " .. whole(last) .. ":", ttl + tonumber(ARGV[4]))
return 1
`);
