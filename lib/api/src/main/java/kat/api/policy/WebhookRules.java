package kat.api.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.selector.LabelSelector;
import kat.api.validation.Common;
import kat.api.validation.Node;

/// The rules of webhook configurations. What an older version allowed may stay in an update.
///
/// **Source:** `pkg/apis/admissionregistration/validation/validation.go`.
final class WebhookRules {

    private static final List<String> VERSIONS = List.of("v1", "v1beta1");
    private static final List<String> WITHOUT_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final List<String> EFFECTS = List.of("None", "NoneOnDryRun", "Some", "Unknown");
    private static final int LONGEST_SECONDS = 30;

    private final JsonArray before;
    private final boolean isMutating;

    /// @param before the stored webhooks; empty for a creation
    WebhookRules(JsonArray before, boolean isMutating) {
        this.before = before;
        this.isMutating = isMutating;
    }

    void check(Node configuration) {
        Node webhooks = configuration.child("webhooks");
        boolean keepsConditions =
                !before.isEmpty() && conditions(webhooks.list()).equals(conditions(before));
        boolean uniqueNames = allUnique(before);
        Set<String> names = new HashSet<>();
        for (Node webhook : webhooks.items()) {
            webhook(webhook);
            if (!keepsConditions) {
                MatchRules.conditions(webhook.child("matchConditions"), Inputs.PLAIN);
            }
            versions(webhook.child("admissionReviewVersions"));
            Node name = webhook.child("name");
            if (uniqueNames && !name.isEmpty() && !names.add(name.text())) {
                name.duplicate();
            }
        }
    }

    private static List<JsonArray> conditions(JsonArray webhooks) {
        return webhooks.objects().stream().map(each -> each.array("matchConditions")).toList();
    }

    private static boolean allUnique(JsonArray webhooks) {
        List<String> names = webhooks.objects().stream().map(each -> each.string("name")).toList();
        return new HashSet<>(names).size() == names.size();
    }

    private void webhook(Node webhook) {
        name(webhook.child("name"));
        MatchRules.rules(webhook.child("rules"));
        webhook.child("failurePolicy").oneOf("Fail", "Ignore");
        webhook.child("matchPolicy").oneOf(MatchRules.POLICIES);
        sideEffects(webhook.child("sideEffects"));
        Node timeout = webhook.child("timeoutSeconds");
        if (timeout.isSet() && (timeout.integer() < 1 || timeout.integer() > LONGEST_SECONDS)) {
            timeout.invalid("the timeout value must be between 1 and 30 seconds");
        }
        selector(webhook.child("namespaceSelector"));
        selector(webhook.child("objectSelector"));
        if (isMutating) {
            webhook.child("reinvocationPolicy").oneOf("IfNeeded", "Never");
        }
        WebhookClientRules.check(webhook.child("clientConfig"));
    }

    private static void name(Node name) {
        if (name.isEmpty()) {
            name.required();
            return;
        }
        List<String> faults = Names.dnsSubdomain(name.text());
        if (!faults.isEmpty()) {
            name.invalid(String.join(",", faults));
        } else if (name.text().split("\\.", -1).length < 3) {
            name.invalid("should be a domain with at least three segments separated by dots");
        }
    }

    private void sideEffects(Node effects) {
        boolean strict =
                before.objects().stream()
                        .allMatch(each -> WITHOUT_EFFECTS.contains(each.string("sideEffects")));
        List<String> allowed = strict ? WITHOUT_EFFECTS : EFFECTS;
        if (!effects.isSet()) {
            effects.required("must specify one of " + String.join(", ", allowed));
        } else {
            effects.oneOf(allowed.toArray(String[]::new));
        }
    }

    private void selector(Node selector) {
        boolean hadWrongValues =
                before.objects().stream()
                        .anyMatch(
                                each ->
                                        hasWrongValue(each.object("namespaceSelector"))
                                                || hasWrongValue(each.object("objectSelector")));
        if (!hadWrongValues || !hasWrongValue(selector.object())) {
            Common.labelSelector(selector);
        }
    }

    private static boolean hasWrongValue(JsonObject selector) {
        for (LabelSelector.Requirement each : LabelSelector.parse(selector).requirements()) {
            if (each.values().stream().anyMatch(value -> !Names.labelValue(value).isEmpty())) {
                return true;
            }
        }
        return false;
    }

    private void versions(Node versions) {
        if (versions.isEmpty()) {
            versions.required("must specify one of " + String.join(", ", VERSIONS));
            return;
        }
        Set<Json> seen = new HashSet<>();
        for (Node version : versions.items()) {
            if (!seen.add(version.json())) {
                version.invalid("duplicate version");
                continue;
            }
            version.invalidAll(Names.dns1035Label(version.text()));
        }
        boolean strict =
                before.objects().stream()
                        .map(each -> each.array("admissionReviewVersions"))
                        .allMatch(each -> each.isEmpty() || isKnown(each));
        if (strict && !isKnown(versions.list())) {
            versions.invalid("must include at least one of " + String.join(", ", VERSIONS));
        }
    }

    private static boolean isKnown(JsonArray versions) {
        return versions.strings().stream().anyMatch(VERSIONS::contains);
    }
}
