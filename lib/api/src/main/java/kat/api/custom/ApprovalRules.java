package kat.api.custom;

import java.net.URI;
import java.net.URISyntaxException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Groups of Kubernetes' own domains need a note that their API was approved, or why not.
///
/// **Source:** `pkg/apihelpers` of the apiextensions server.
final class ApprovalRules {

    private static final String ANNOTATION = "api-approved.kubernetes.io";
    private static final String PATH = "metadata.annotations[" + ANNOTATION + "]";
    private static final String START =
            "protected groups must have approval annotation \"" + ANNOTATION + "\"";
    private static final String HOW = " with either a URL or a reason starting with \"unapproved\"";
    private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";

    private ApprovalRules() {}

    private enum State {
        INVALID,
        MISSING,
        APPROVED,
        BYPASSED
    }

    /// What a definition's note says of it; null for a group that needs none.
    static DefinitionStatus.@Nullable Condition condition(JsonObject definition) {
        if (!isProtected(definition.object("spec").string("group"))) {
            return null;
        }
        String note = note(definition);
        return switch (state(note)) {
            case MISSING -> told("False", "MissingAnnotation", START + SEE);
            case INVALID -> told("False", "InvalidAnnotation", START + HOW + SEE);
            case APPROVED -> told("True", "ApprovedAnnotation", "approved in " + note);
            case BYPASSED ->
                    told("False", "UnapprovedAnnotation", "not approved: " + Json.of(note));
        };
    }

    private static DefinitionStatus.Condition told(String status, String reason, String message) {
        String type = "KubernetesAPIApprovalPolicyConformant";
        return new DefinitionStatus.Condition(type, status, reason, message);
    }

    static boolean isProtected(String group) {
        return group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
    }

    static void check(JsonObject definition, @Nullable JsonObject old, Faults faults) {
        if (!isProtected(definition.object("spec").string("group"))) {
            return;
        }
        String note = note(definition);
        State state = state(note);
        if (old != null && state(note(old)) == state) {
            return;
        }
        switch (state) {
            case MISSING -> faults.required(PATH, START + SEE);
            case INVALID -> faults.invalid(PATH, note, START + HOW + SEE);
            case APPROVED, BYPASSED -> {}
        }
    }

    private static String note(JsonObject definition) {
        return definition.object("metadata").object("annotations").string(ANNOTATION);
    }

    private static State state(String note) {
        if (note.isEmpty()) {
            return State.MISSING;
        }
        if (note.startsWith("unapproved")) {
            return State.BYPASSED;
        }
        try {
            URI address = new URI(note);
            boolean whole = address.getScheme() != null && address.getHost() != null;
            return whole ? State.APPROVED : State.INVALID;
        } catch (URISyntaxException notOne) {
            return State.INVALID;
        }
    }
}
