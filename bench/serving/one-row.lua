wrk.method = "POST"
wrk.body = '{"data": [[0.5, -1.5, 2, 1, 3, 5.0]]}'
wrk.headers["Content-Type"] = "application/json"

done = function(summary, latency, requests)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("result %.0f %.3f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, failed))
end
