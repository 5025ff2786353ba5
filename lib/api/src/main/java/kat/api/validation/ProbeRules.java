package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The rules for probes and lifecycle hooks.
final class ProbeRules {

    /// Real-time signals are named by how far they lie above the least or below the greatest.
    private static final int REALTIME_ABOVE_LEAST = 15;

    private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");

    /// Linux' signals in alphabetical order.
    private static final List<String> SIGNALS = signals();

    private ProbeRules() {}

    private static List<String> signals() {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                ("SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP"
                                                + " SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE"
                                                + " SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX"
                                                + " SIGRTMIN SIGSEGV SIGSTKFLT SIGSTOP SIGSYS"
                                                + " SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG"
                                                + " SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU"
                                                + " SIGXFSZ")
                                        .split(" ")));
        for (int i = 1; i <= REALTIME_ABOVE_LEAST; i++) {
            all.add("SIGRTMIN+" + i);
        }
        for (int i = 1; i < REALTIME_ABOVE_LEAST; i++) {
            all.add("SIGRTMAX-" + i);
        }
        all.sort(null);
        return List.copyOf(all);
    }

    static void checkAll(Node container, ContainerRules.Pod pod) {
        long graceSeconds = pod.graceSeconds();
        if (container.has("lifecycle")) {
            lifecycle(container.child("lifecycle"), pod);
        }
        probe(container.child("livenessProbe"), true, graceSeconds);
        Node readiness = container.child("readinessProbe");
        probe(readiness, false, graceSeconds);
        if (readiness.has("terminationGracePeriodSeconds")) {
            readiness
                    .child("terminationGracePeriodSeconds")
                    .invalid("must not be set for readinessProbes");
        }
        probe(container.child("startupProbe"), true, graceSeconds);
    }

    private static void lifecycle(Node lifecycle, ContainerRules.Pod pod) {
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(lifecycle.child(hook), pod.graceSeconds());
            }
        }
        Node signal = lifecycle.child("stopSignal");
        if (!signal.isSet()) {
            return;
        }
        switch (pod.system()) {
            case "" -> signal.forbidden("may not be set for containers with empty `spec.os.name`");
            case "windows" -> signal.oneOf("SIGKILL", "SIGTERM");
            case "linux" -> {
                if (!SIGNALS.contains(signal.text())) {
                    signal.unsupported(signal.json(), SIGNALS);
                }
            }
            default -> {
                // the system itself is refused
            }
        }
    }

    private static void probe(Node probe, boolean succeedsAtOnce, long graceSeconds) {
        if (!probe.isSet()) {
            return;
        }
        handler(probe, graceSeconds);
        for (String field :
                List.of(
                        "initialDelaySeconds",
                        "timeoutSeconds",
                        "periodSeconds",
                        "successThreshold",
                        "failureThreshold")) {
            probe.child(field).notNegative();
        }
        Node grace = probe.child("terminationGracePeriodSeconds");
        if (grace.isSet() && grace.integer() <= 0) {
            grace.invalid("must be greater than 0");
        }
        Node successes = probe.child("successThreshold");
        if (succeedsAtOnce && successes.isSet() && successes.integer() != 1) {
            successes.invalid("must be 1");
        }
    }

    private static void handler(Node handler, long graceSeconds) {
        int count = 0;
        for (String type : List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep")) {
            if (!handler.has(type)) {
                continue;
            }
            Node action = handler.child(type);
            if (count++ > 0) {
                action.forbidden("may not specify more than 1 handler type");
                continue;
            }
            switch (type) {
                case "exec" -> action.child("command").requireNotEmpty();
                case "httpGet" -> httpGet(action);
                case "sleep" -> sleep(action, graceSeconds);
                default -> Common.port(action.child("port"));
            }
        }
        if (count == 0) {
            handler.required("must specify a handler type");
        }
    }

    private static void httpGet(Node action) {
        action.child("path").requireNotEmpty();
        Common.port(action.child("port"));
        action.child("scheme").oneOf("HTTP", "HTTPS");
        for (Node header : action.child("httpHeaders").items()) {
            String name = header.child("name").text();
            if (!HEADER.matcher(name).matches()) {
                action.child("httpHeaders")
                        .invalidText(
                                name,
                                "a valid HTTP header must consist of alphanumeric characters or '-'"
                                        + " (e.g. 'X-Header-Name', regex used for validation is"
                                        + " '[-A-Za-z0-9]+')");
            }
        }
    }

    private static void sleep(Node action, long graceSeconds) {
        Node seconds = action.child("seconds");
        if (seconds.integer() < 0 || seconds.integer() > graceSeconds) {
            action.invalid(
                    seconds.json(),
                    "must be non-negative and less than terminationGracePeriodSeconds ("
                            + graceSeconds
                            + ")");
        }
    }
}
