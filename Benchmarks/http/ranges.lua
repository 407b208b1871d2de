-- wrk: GETs of 64 KiB at random places of a file. Arguments: its size in bytes. Wrong answers are counted.
local chunk = 65536
local threads = {}

function setup(thread)
    table.insert(threads, thread)
    thread:set("seed", #threads)
end

function init(arguments)
    size = tonumber(arguments[1])
    wrong = 0
    math.randomseed(seed)
end

function request()
    local first = math.random(0, size - chunk)
    wrk.headers["Range"] = string.format("bytes=%d-%d", first, first + chunk - 1)
    return wrk.format()
end

function response(status, headers, body)
    if status ~= 206 or #body ~= chunk then wrong = wrong + 1 end
end

function done(summary, latency)
    local total = 0
    for _, thread in ipairs(threads) do total = total + thread:get("wrong") end
    io.write(string.format("RESULT %.1f %d %d\n", summary.requests / summary.duration * 1e6, latency:percentile(99), total))
end
