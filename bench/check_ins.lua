-- wrk sends check-ins of signed-in residents: each request the next pair of a resident and a label, with a key of its own.
local lines = {}
local sent = 0

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  headers = { ["Content-Type"] = "application/json" }
  taken = os.date("!%Y-%m-%dT%H:%M:%SZ")
end

function request()
  sent = sent + 1
  local cookie, token, body = lines[sent]:match("^(%S+) (%S+) (.*)$")
  headers["Cookie"] = "sessionid=" .. cookie .. "; csrftoken=" .. token
  headers["X-CSRFToken"] = token
  headers["Idempotency-Key"] = taken .. "-" .. sent
  return wrk.format("POST", "/api/v1/check-ins", headers, (body:gsub("@taken@", taken)))
end
