package kat.kubelet;

import java.time.Duration;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.kubelet.probes.Checks;

/// Runs what a container wants done after its start and before its end.
///
/// **Source:** `pkg/kubelet/lifecycle/handlers.go`.
record Hooks(Checks checks, Ticker ticker) {

    /// @param handler with one of `exec`, `httpGet`, `sleep`
    /// @param timeout at most so long; zero for as long as it takes
    Checks.Result run(JsonObject handler, Checks.Target target, Duration timeout)
            throws InterruptedException {
        if (handler.has("sleep")) {
            Duration wanted = Duration.ofSeconds(handler.object("sleep").integer("seconds", 0));
            boolean cut = !timeout.isZero() && wanted.compareTo(timeout) > 0;
            ticker.sleep(cut ? timeout : wanted);
            return new Checks.Result(true, "");
        }
        return checks.look(handler, target, timeout);
    }
}
