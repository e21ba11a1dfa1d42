-- What wrk sends: the slots of a plan, one after the other and again from the first.
-- A slot is a line: `get /path`, `miss /path` (a 404 is right) or `create /`.
local plan, texts, run
local threads, slots, bodies, nth, made = {}, {}, {}, 0, 0

function setup(thread)
  threads[#threads + 1] = thread
end

function init(arguments)
  plan, texts, run = unpack(arguments)
  for line in io.lines(plan) do
    local kind, path = line:match("^(%S+) (%S+)$")
    slots[#slots + 1] = { kind = kind, request = kind ~= "create" and wrk.format("GET", path) }
  end
  for body in io.open(texts):read("*a"):gmatch("%Z+") do
    bodies[#bodies + 1] = body
  end
  missed = 0
end

function request()
  nth = nth % #slots + 1
  local slot = slots[nth]
  if slot.kind == "create" then
    made = made + 1
    -- None like another.
    return wrk.format("POST", "/", nil, "// " .. run .. "." .. made .. "\n" .. bodies[made % #bodies + 1])
  end
  if slot.kind == "miss" then
    missed = missed + 1
  end
  return slot.request
end

function done(summary, latency)
  local errors = summary.errors
  for _, thread in ipairs(threads) do
    errors.status = errors.status - thread:get("missed")
  end
  io.write(string.format("measured %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    math.max(errors.status, 0) + errors.connect + errors.read + errors.write + errors.timeout))
end
