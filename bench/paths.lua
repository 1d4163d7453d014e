-- Asks for the paths of a file in turn, from another one in each thread; counts what was not answered with 200.
local paths, at = {}, 0
local bad = 0
function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  math.randomseed(os.time())
  at = math.random(#paths)
end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
function response(status) if status ~= 200 then bad = bad + 1 end end
