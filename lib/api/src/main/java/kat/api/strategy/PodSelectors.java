package kat.api.strategy;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Adds a new pod's own labels to the selectors of its affinity and spread, where they name the
/// labels by `matchLabelKeys` and `mismatchLabelKeys`. A key that the pod has no label for adds
/// nothing, nor does any key without a selector.
///
/// **Source:** `mutatePodAffinity`, `mutateTopologySpreadConstraints` of
/// `pkg/registry/core/pod/strategy.go`, KEP-3633, KEP-3243.
final class PodSelectors {

    private static final String SELECTOR = "labelSelector";

    private PodSelectors() {}

    static JsonObject merged(JsonObject pod) {
        JsonObject spec = pod.object("spec");
        JsonObject labels = pod.object("metadata").object("labels");
        JsonObject changed = spec;
        if (spec.has("affinity")) {
            changed = changed.change("affinity", affinity -> ofAffinity(affinity, labels));
        }
        changed = ofTerms(changed, "topologySpreadConstraints", "", labels);
        return changed == spec ? pod : pod.with("spec", changed);
    }

    private static JsonObject ofAffinity(JsonObject affinity, JsonObject labels) {
        JsonObject changed = affinity;
        for (String side : List.of("podAffinity", "podAntiAffinity")) {
            if (affinity.get(side) instanceof JsonObject terms) {
                JsonObject required =
                        ofTerms(
                                terms,
                                "requiredDuringSchedulingIgnoredDuringExecution",
                                "",
                                labels);
                changed =
                        changed.with(
                                side,
                                ofTerms(
                                        required,
                                        "preferredDuringSchedulingIgnoredDuringExecution",
                                        "podAffinityTerm",
                                        labels));
            }
        }
        return changed;
    }

    /// @param inner where each item has its term; empty for the item itself
    private static JsonObject ofTerms(
            JsonObject owner, String list, String inner, JsonObject labels) {
        if (!(owner.get(list) instanceof JsonArray items)) {
            return owner;
        }
        JsonArray changed = items.map(item -> ofItem(item, inner, labels));
        return changed.equals(items) ? owner : owner.with(list, changed);
    }

    private static Json ofItem(Json item, String inner, JsonObject labels) {
        if (!(item instanceof JsonObject tree)) {
            return item;
        }
        return inner.isEmpty()
                ? ofTerm(tree, labels)
                : tree.change(inner, term -> ofTerm(term, labels));
    }

    private static JsonObject ofTerm(JsonObject term, JsonObject labels) {
        if (!(term.get(SELECTOR) instanceof JsonObject selector)) {
            return term;
        }
        JsonArray before = selector.array("matchExpressions");
        JsonArray all = added(before, term.array("matchLabelKeys"), "In", labels);
        all = added(all, term.array("mismatchLabelKeys"), "NotIn", labels);
        return all.equals(before)
                ? term
                : term.with(SELECTOR, selector.with("matchExpressions", all));
    }

    private static JsonArray added(
            JsonArray expressions, JsonArray keys, String operator, JsonObject labels) {
        JsonArray all = expressions;
        for (String key : keys.strings()) {
            if (labels.has(key)) {
                all =
                        all.with(
                                JsonObject.builder()
                                        .put("key", key)
                                        .put("operator", operator)
                                        .put("values", JsonArray.of(Json.of(labels.string(key))))
                                        .build());
            }
        }
        return all;
    }
}
