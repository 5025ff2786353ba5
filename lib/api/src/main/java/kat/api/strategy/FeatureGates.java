package kat.api.strategy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Features of Kubernetes 1.36 that are off by default and that a cluster may switch on.
///
/// | gate | when it is on |
/// |---|---|
/// | `MaxUnavailableStatefulSet` | StatefulSets keep `rollingUpdate.maxUnavailable`, default 1 |
///
/// **Source:** the page "Feature Gates" of Kubernetes' documentation; `pkg/features`.
///
/// @param on names of the gates that are on
public record FeatureGates(Set<String> on) {

    /// As Kubernetes has them by default.
    public static final FeatureGates DEFAULT = new FeatureGates(Set.of());

    public static final String MAX_UNAVAILABLE_STATEFUL_SET = "MaxUnavailableStatefulSet";

    private static final Set<String> KNOWN = Set.of(MAX_UNAVAILABLE_STATEFUL_SET);

    /// As `strconv.ParseBool` of Go reads them.
    private static final List<String> TRUE = List.of("1", "t", "T", "TRUE", "true", "True");

    private static final List<String> FALSE = List.of("0", "f", "F", "FALSE", "false", "False");

    public FeatureGates {
        on = Set.copyOf(on);
    }

    /// Reads gates as `--feature-gates` of kube-apiserver names them: `NAME=true,NAME=false`.
    ///
    /// @throws IllegalArgumentException on a gate that KAT cannot switch, or a value that is
    ///     neither true nor false; the message says which
    public static FeatureGates parse(String text) {
        Set<String> on = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String gate = part.strip();
            if (gate.isEmpty()) {
                continue;
            }
            int equals = gate.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("missing bool value for " + gate);
            }
            String name = gate.substring(0, equals).strip();
            String value = gate.substring(equals + 1).strip();
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "unrecognized feature gate: "
                                + name
                                + "; those that can be switched are "
                                + String.join(", ", KNOWN));
            }
            if (!TRUE.contains(value) && !FALSE.contains(value)) {
                throw new IllegalArgumentException(
                        "invalid value of " + name + "=" + value + ": neither true nor false");
            }
            if (TRUE.contains(value)) {
                on.add(name);
            } else {
                on.remove(name);
            }
        }
        return new FeatureGates(on);
    }

    /// The object with the defaults of what is on.
    ///
    /// @param object with the defaults of its schema
    public JsonObject defaulted(Kind kind, JsonObject object) {
        if (!on.contains(MAX_UNAVAILABLE_STATEFUL_SET)
                || !kind.resource().equals("statefulsets.apps")) {
            return object;
        }
        JsonObject rolling = object.object("spec").object("updateStrategy").object("rollingUpdate");
        return rolling.isEmpty() || rolling.has("maxUnavailable")
                ? object
                : object.withAt(
                        Json.of(1), "spec", "updateStrategy", "rollingUpdate", "maxUnavailable");
    }
}
