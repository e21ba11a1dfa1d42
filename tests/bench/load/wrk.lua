-- Sends the requests of a plan, in order and then again from the first.
-- Each line of a plan is one request: `get /path`, `missing /path` (expects a 404) or `create /`.
local plan, texts, run
local threads, slots, bodies, index, creates = {}, {}, {}, 0, 0

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
  expected_404s = 0
end

function request()
  index = index % #slots + 1
  local slot = slots[index]
  if slot.kind == "create" then
    creates = creates + 1
    -- A unique first line makes each text different.
    return wrk.format("POST", "/", nil, "// " .. run .. "." .. creates .. "\n" .. bodies[creates % #bodies + 1])
  end
  if slot.kind == "missing" then
    expected_404s = expected_404s + 1
  end
  return slot.request
end

function done(summary, latency)
  local errors = summary.errors
  for _, thread in ipairs(threads) do
    errors.status = errors.status - thread:get("expected_404s")
  end
  io.write(string.format("measured %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    math.max(errors.status, 0) + errors.connect + errors.read + errors.write + errors.timeout))
end
