package kat.kubelet;

import java.time.Duration;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.kubelet.probes.Checks;

/// Runs what a container wants done after its start and before its end.
///
/// **Source:** `pkg/kubelet/lifecycle/handlers.go`.
record Hooks(Checks checks, PodEvents events, Ticker ticker) {

    /// What people read about a hook that failed.
    static String failure(
            JsonObject handler, JsonObject container, KubeObject pod, Checks.Result result) {
        String where =
                " for Container \""
                        + container.string("name")
                        + "\" in Pod \""
                        + ContainerReports.podText(pod)
                        + "\" failed - error: "
                        + result.output();
        if (handler.has("exec")) {
            String command = String.join(" ", handler.object("exec").array("command").strings());
            return "Exec lifecycle hook ([" + command + "])" + where;
        }
        if (handler.has("httpGet")) {
            return "HTTP lifecycle hook (" + handler.object("httpGet").string("path") + ")" + where;
        }
        return "Cannot run handler: " + result.output();
    }

    /// @param handler with one of `exec`, `httpGet`, `sleep`
    /// @param timeout at most so long; zero for as long as it takes
    Checks.Result run(KubeObject pod, JsonObject handler, Checks.Target target, Duration timeout)
            throws InterruptedException {
        if (handler.has("sleep")) {
            Duration wanted = Duration.ofSeconds(handler.object("sleep").integer("seconds", 0));
            boolean cut = !timeout.isZero() && wanted.compareTo(timeout) > 0;
            ticker.sleep(cut ? timeout : wanted);
            return new Checks.Result(true, "");
        }
        Checks.Result result = checks.hook(handler, target, timeout);
        if (result.success() && !result.output().isEmpty()) {
            events.warning(pod, "LifecycleHTTPFallback", result.output());
        }
        return result;
    }
}
