package todo;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/// Three questions that Kubernetes asks, each with its own meaning.
///
/// | path | 200 means | else Kubernetes |
/// |---|---|---|
/// | `/health/started` | schema up to date, requests rehearsed | waits with the other two |
/// | `/health/ready` | the database answers, no end is near | sends no requests here |
/// | `/health/live` | no threads wait for each other for ever | starts the container anew |
///
/// A database that is away makes the server not ready, never not alive: a restart of the API would
/// not bring the database back.
final class Health implements HttpService {

    private final Database database;
    private final Rehearsal rehearsal;
    private volatile boolean isDraining;

    Health(Database database, Rehearsal rehearsal) {
        this.database = database;
        this.rehearsal = rehearsal;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/started", this::started).get("/ready", this::ready).get("/live", this::live);
    }

    /// From now on it is not ready.
    void drain() {
        isDraining = true;
    }

    boolean isDraining() {
        return isDraining;
    }

    private void started(ServerRequest request, ServerResponse response) {
        Map<String, Boolean> checks = new LinkedHashMap<>();
        checks.put("schema", database.isMigrated());
        checks.put("rehearsal", rehearsal.isDone());
        send(response, checks);
    }

    private void ready(ServerRequest request, ServerResponse response) {
        Map<String, Boolean> checks = new LinkedHashMap<>();
        checks.put("serving", !isDraining);
        checks.put("schema", database.isMigrated());
        checks.put("database", database.answers());
        send(response, checks);
    }

    private void live(ServerRequest request, ServerResponse response) {
        long[] stuck = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        send(response, Map.of("threads", stuck == null));
    }

    private static void send(ServerResponse response, Map<String, Boolean> checks) {
        boolean isUp = checks.values().stream().allMatch(Boolean::booleanValue);
        response.status(isUp ? 200 : 503)
                .header("Content-Type", "application/json")
                .send(Json.bytes(Map.of("status", isUp ? "up" : "down", "checks", checks)));
    }
}
