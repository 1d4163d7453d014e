-- wrk sends decisions: each request a key of its own, one of the cards, and one of the bodies of the file.
local bodies = {}
local sent = 0

function init(args)
  for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
  math.randomseed(os.time())
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = args[2] }
  run = tostring(os.time()) .. tostring(math.random(1000000))
end

function request()
  sent = sent + 1
  headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format("POST", "/api/v1/decisions", headers, bodies[math.random(#bodies)])
end
