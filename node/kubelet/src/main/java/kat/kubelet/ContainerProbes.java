package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.kubelet.probes.Checks;
import kat.kubelet.probes.ProbeCount;

/// The probes of one running container, each on a timer of its own. Liveness and readiness begin
/// when the start-up probe has succeeded.
///
/// **Threads:** any; results are told on threads of their own.
final class ContainerProbes implements AutoCloseable {

    /// Which question a probe answers.
    enum Purpose {
        STARTUP("startupProbe", "Startup"),
        LIVENESS("livenessProbe", "Liveness"),
        READINESS("readinessProbe", "Readiness");

        private final String field;
        private final String word;

        Purpose(String field, String word) {
            this.field = field;
            this.word = word;
        }

        JsonObject of(JsonObject container) {
            return container.object(field);
        }

        String word() {
            return word;
        }
    }

    /// Is told of each result.
    interface Listener {
        /// @param decisive whether the result now counts
        void probed(String containerId, Purpose purpose, Checks.Result result, boolean decisive);
    }

    private static final long PERIOD_SECONDS = 10;

    private final Checks checks;
    private final Checks.Target target;
    private final Ticker ticker;
    private final Listener listener;
    private final Map<Purpose, ProbeCount> counts = new ConcurrentHashMap<>();
    private final Map<Purpose, Ticker.Scheduled> timers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    ContainerProbes(Checks checks, Checks.Target target, Ticker ticker, Listener listener) {
        this.checks = checks;
        this.target = target;
        this.ticker = ticker;
        this.listener = listener;
    }

    /// @param startedAt of the container: first looks come so long after it as they should
    void start(Instant startedAt, boolean isStarted) {
        JsonObject startup = Purpose.STARTUP.of(target.container());
        if (!startup.isEmpty() && !isStarted) {
            schedule(Purpose.STARTUP, firstDelay(startup, startedAt));
        } else {
            startOthers(startedAt);
        }
    }

    private void startOthers(Instant startedAt) {
        for (Purpose purpose : List.of(Purpose.LIVENESS, Purpose.READINESS)) {
            JsonObject probe = purpose.of(target.container());
            if (!probe.isEmpty()) {
                schedule(purpose, firstDelay(probe, startedAt));
            }
        }
    }

    private Duration firstDelay(JsonObject probe, Instant startedAt) {
        Instant first = startedAt.plusSeconds(probe.integer("initialDelaySeconds", 0));
        Duration left = Duration.between(ticker.now(), first);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void schedule(Purpose purpose, Duration delay) {
        if (!closed) {
            timers.put(
                    purpose,
                    ticker.schedule(
                            delay,
                            () -> {
                                Thread unused =
                                        Thread.ofVirtual()
                                                .name(purpose.word() + " probe")
                                                .start(() -> probe(purpose));
                            }));
        }
    }

    private void probe(Purpose purpose) {
        if (closed) {
            return;
        }
        JsonObject probe = purpose.of(target.container());
        Duration timeout = Duration.ofSeconds(probe.integer("timeoutSeconds", 1));
        Checks.Result result = checks.look(probe, target, timeout);
        if (closed) {
            return;
        }
        ProbeCount count = counts.getOrDefault(purpose, ProbeCount.NONE).next(result.success());
        counts.put(purpose, count);
        boolean decisive = count.isDecisive(probe);
        listener.probed(target.containerId(), purpose, result, decisive);
        if (purpose == Purpose.STARTUP && decisive) {
            if (result.success()) {
                startOthers(ticker.now());
            }
            return;
        }
        if (purpose != Purpose.LIVENESS || result.success() || !decisive) {
            schedule(purpose, Duration.ofSeconds(probe.integer("periodSeconds", PERIOD_SECONDS)));
        }
    }

    @Override
    public void close() {
        closed = true;
        timers.values().forEach(Ticker.Scheduled::cancel);
    }
}
