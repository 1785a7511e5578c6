-- One session key a line in the file that is named after `--`; each request is the next person's.
local keys, at = {}, 0

function init(args)
  for key in io.lines(args[1]) do keys[#keys + 1] = key end
end

function request()
  at = at % #keys + 1
  return wrk.format("GET", nil, { ["Cookie"] = "sessionid=" .. keys[at], ["Accept-Encoding"] = "gzip" })
end

function done(summary, latency)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"rate": %.2f, "p50": %.3f, "p95": %.3f, "bad": %d, "requests": %d}',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    bad, summary.requests))
end
