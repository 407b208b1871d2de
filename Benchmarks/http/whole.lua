-- wrk: requests as they are on the command line, or a POST of JSON: arguments METHOD BODY TOKEN. Answers other than 2xx are counted.
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
    wrong = 0
    if arguments[1] then wrk.method = arguments[1] end
    if arguments[2] and arguments[2] ~= "" then
        wrk.body = arguments[2]
        wrk.headers["Content-Type"] = "application/json"
    end
    if arguments[3] then wrk.headers["Authorization"] = "Bearer " .. arguments[3] end
end

function response(status) if status < 200 or status > 299 then wrong = wrong + 1 end end

function done(summary, latency)
    local total = 0
    for _, thread in ipairs(threads) do total = total + thread:get("wrong") end
    io.write(string.format("RESULT %.1f %d %d\n", summary.requests / summary.duration * 1e6, latency:percentile(99), total))
end
