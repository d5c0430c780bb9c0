package dev.gori.roles.gateway;

import dev.gori.machinery.http.Observer;
import dev.gori.machinery.http.Request;
import org.slf4j.Logger;

/// Counts and writes down every request to the gateway's routes, each exactly once, so that metrics and lines agree.
///
/// The logger writes through a bounded queue of its own and waits when that is full: no line is dropped.
final class AccessLog implements Observer {

    /// What a handler leaves to say who answered.
    record Served(String variant, int version) {}

    private final GatewayMetrics metrics;
    private final Logger log;

    AccessLog(GatewayMetrics metrics, Logger log) {
        this.metrics = metrics;
        this.log = log;
    }

    @Override
    public void began(Request request) {
        metrics.began();
    }

    @Override
    public void ended(Request request, int status, long nanos) {
        metrics.ended(request.template(), request.method(), status, nanos / 1e9);
        if (log.isInfoEnabled()) {
            log.info(line(request, status, nanos));
        }
    }

    /// `request handler=/predict method=POST status=200 ms=1.3 variant=A version=7 request_id=…`; `-` where no model answered.
    static String line(Request request, int status, long nanos) {
        long tenths = nanos / 100_000;
        var line = new StringBuilder(160)
                .append("request handler=").append(request.template())
                .append(" method=").append(request.method())
                .append(" status=").append(status)
                .append(" ms=").append(tenths / 10).append('.').append(tenths % 10);
        if (request.note() instanceof Served(String variant, int version)) {
            line.append(" variant=").append(variant).append(" version=").append(version);
        } else {
            line.append(" variant=- version=-");
        }
        return line.append(" request_id=").append(request.id()).toString();
    }
}
