package todo;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Measures and logs each request, and names it by `X-Request-Id`.
final class Observer implements Filter {

    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final int LONGEST_ID = 64;

    private final MeterRegistry metrics;
    private final Health health;
    private final Logger log;

    Observer(MeterRegistry metrics, Health health, Logger log) {
        this.metrics = metrics;
        this.health = health;
        this.log = log;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long start = System.nanoTime();
        String id =
                request.headers()
                        .first(REQUEST_ID)
                        .filter(said -> said.length() <= LONGEST_ID)
                        .orElseGet(() -> UUID.randomUUID().toString());
        response.header(REQUEST_ID, id);
        if (health.isDraining()) {
            // A client that keeps its connection would never learn that this server goes.
            response.header(HeaderNames.CONNECTION, "close");
        }
        response.whenSent(
                () -> tell(request, response.status().code(), id, System.nanoTime() - start));
        chain.proceed();
    }

    private void tell(RoutingRequest request, int status, String id, long nanos) {
        String method = request.prologue().method().text();
        Timer.builder("http.server.requests")
                .description("Requests by route and outcome")
                .tag("method", method)
                .tag("route", request.matchingPattern().orElse("none"))
                .tag("status", String.valueOf(status))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(metrics)
                .record(Duration.ofNanos(nanos));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", method);
        fields.put("path", request.prologue().uriPath().path());
        fields.put("status", status);
        fields.put("millis", nanos / 1_000_000.0);
        fields.put("requestId", id);
        log.log(Level.INFO, "request", fields);
    }
}
