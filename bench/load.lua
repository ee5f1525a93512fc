-- bench/load.lua - what wrk sends.  Run by bench.mjs:
--
--   wrk -t1 -c CONNECTIONS -d SECONDS+1 -s load.lua URL -- KIND CUSTOMERS SECONDS RUN
--
-- Sends for SECONDS, then leaves each connection alone as its reply comes in: what was sent is
-- then what was answered, and the book can be held against it to the last entry.  RUN makes
-- idempotency keys unique.  BENCH_SECRET is the key.  Prints one line of JSON at the end.

local ffi = require('ffi')
ffi.cdef [[
    struct bench_time { long seconds; long nanoseconds; };
    int clock_gettime(int clock, struct bench_time *ret);
]]
local CLOCK_MONOTONIC = 1
local clock = ffi.new('struct bench_time')

local USD_CENTS = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
local AMOUNT = '0.000001'
local BATCH_SIZE = 100
local BATCHES = 100

local function now()
    ffi.C.clock_gettime(CLOCK_MONOTONIC, clock)
    return tonumber(clock.seconds) + tonumber(clock.nanoseconds) / 1e9
end

local function customer(number)
    return string.format('00000000-0000-4000-8000-%012x', number)
end

local function deduction(number)
    return string.format('{"customer":"%s","credit_type":"%s","amount":"%s"}',
        customer(number), USD_CENTS, AMOUNT)
end

local function get(path)
    return 'GET ' .. path .. ' HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer '
        .. os.getenv('BENCH_SECRET') .. '\r\n\r\n'
end

-- Two parts, with room for a header between them.
local function post(path, body)
    return 'POST ' .. path .. ' HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer '
        .. os.getenv('BENCH_SECRET') .. '\r\nContent-Type: application/json\r\nContent-Length: '
        .. #body .. '\r\n', '\r\n' .. body
end

-- KIND: how the request for a customer is made, once, before the clock starts.
local kinds = {
    healthz = function() return get('/healthz') end,
    balance = function(number) return get('/scrip/v1/customers/' .. customer(number) .. '/balance') end,
    deduct = function(number)
        local head, rest = post('/scrip/v1/deductions', deduction(number))
        return head .. rest
    end,
    keyed = function(number) return { post('/scrip/v1/deductions', deduction(number)) } end,
    batch = function(number, customers)
        local items = {}
        for i = 1, BATCH_SIZE do
            items[i] = deduction((number * BATCH_SIZE + i) % customers)
        end
        local head, rest = post('/scrip/v1/deductions/batch',
            '{"deductions":[' .. table.concat(items, ',') .. ']}')
        return head .. rest
    end,
}

local threads = {}
function setup(thread)
    thread:set('thread_number', #threads)
    table.insert(threads, thread)
end

function init(arguments)
    kind, customers, seconds, run = arguments[1], tonumber(arguments[2]), tonumber(arguments[3]),
        arguments[4]
    requests = {}
    local count = kind == 'batch' and BATCHES or kind == 'healthz' and 1 or customers
    for i = 1, count do
        requests[i] = kinds[kind](i - 1, customers)
    end
    sent = 0
    is_tried = thread_number > 0
end

function request()
    -- wrk asks the first thread for one request that it only looks at.
    if not is_tried then
        is_tried = true
        return kind == 'keyed' and table.concat(requests[1]) or requests[1]
    end
    local at = now()
    ends = ends or at + seconds
    if at >= ends then
        return '' -- nothing is written, and the connection waits
    end
    sent = sent + 1
    -- A prime step: neighbours in time are strangers in the book.
    local made = requests[sent * 7919 % #requests + 1]
    if kind ~= 'keyed' then
        return made
    end
    return made[1] .. 'Idempotency-Key: ' .. run .. '-' .. thread_number .. '-' .. sent .. '\r\n'
        .. made[2]
end

function done(summary, latency)
    local total = 0
    for _, thread in ipairs(threads) do
        total = total + thread:get('sent')
    end
    local errors = summary.errors
    io.write(string.format(
        '\nbench: {"sent":%d,"answered":%d,"errors":{"connect":%d,"read":%d,"write":%d,'
            .. '"status":%d,"timeout":%d},"p50_us":%d,"p99_us":%d,"max_us":%d,"cpu":%.3f}\n',
        total, summary.requests, errors.connect, errors.read, errors.write, errors.status,
        errors.timeout, latency:percentile(50), latency:percentile(99), latency.max,
        os.clock()))
end
