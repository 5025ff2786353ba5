package kat.apiserver.rest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import kat.apiserver.http.Answer;
import org.jspecify.annotations.Nullable;

/// What `/healthz`, `/livez` and `/readyz` tell, as a whole and check by check.
///
/// **Source:** `apiserver/pkg/server/healthz/healthz.go`.
public final class Health {

    private static final Set<String> ALL = Set.of("healthz", "livez", "readyz");

    private final List<Check> checks;
    private final HealthFigures figures;

    /// One thing that must hold.
    ///
    /// @param probes of which of the three it is part
    public record Check(String name, Set<String> probes, BooleanSupplier holds) {

        /// One of all three.
        public static Check of(String name, BooleanSupplier holds) {
            return new Check(name, ALL, holds);
        }

        /// One that says whether requests should come yet, or still.
        public static Check ofReadiness(String name, BooleanSupplier holds) {
            return new Check(name, Set.of("readyz"), holds);
        }
    }

    /// @param checks in the order in which they are told
    /// @param started when the server was, for its figures
    public Health(List<Check> checks, Instant started) {
        this.checks = List.copyOf(checks);
        this.figures = new HealthFigures(started);
    }

    /// As `/metrics/slis` has it.
    String figures() {
        return figures.text();
    }

    /// Null for a path that is none of these.
    @Nullable Answer answer(String path, Query query) {
        String[] parts = path.substring(1).split("/", 2);
        if (!ALL.contains(parts[0])) {
            return null;
        }
        return parts.length == 1 ? all(parts[0], query) : one(parts[0], parts[1]);
    }

    private Answer all(String probe, Query query) {
        Set<String> excluded = new TreeSet<>(query.all("exclude"));
        StringBuilder told = new StringBuilder();
        boolean healthy = true;
        for (Check check : checks) {
            if (!check.probes().contains(probe)) {
                continue;
            }
            if (excluded.remove(check.name())) {
                told.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            boolean holds = check.holds().getAsBoolean();
            figures.count(check.name(), probe, holds);
            if (holds) {
                told.append("[+]").append(check.name()).append(" ok\n");
            } else {
                told.append("[-]").append(check.name()).append(" failed: reason withheld\n");
                healthy = false;
            }
        }
        if (!excluded.isEmpty()) {
            told.append("warn: some health checks cannot be excluded: no matches for ");
            told.append(quoted(excluded)).append('\n');
        }
        if (!healthy) {
            return text(500, told + probe + " check failed\n");
        }
        return text(200, query.has("verbose") ? told + probe + " check passed\n" : "ok");
    }

    private static String quoted(Set<String> names) {
        List<String> quoted = new ArrayList<>();
        for (String name : names) {
            quoted.add("\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        return String.join(", ", quoted);
    }

    private @Nullable Answer one(String probe, String name) {
        for (Check check : checks) {
            if (check.name().equals(name) && check.probes().contains(probe)) {
                return check.holds().getAsBoolean()
                        ? text(200, "ok")
                        : text(500, "internal server error: " + name + " failed\n");
            }
        }
        return null;
    }

    private static Answer text(int code, String body) {
        return Answers.text(code, body).with("x-content-type-options", "nosniff");
    }
}
