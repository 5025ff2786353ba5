package kat.api.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.names.Names;

/// The rules for where a pod may run: affinity, tolerations, topology spread.
final class PlacementRules {

    private static final String WEIGHT = "must be in the range 1-100";

    private PlacementRules() {}

    static void affinity(Node affinity) {
        Node node = affinity.child("nodeAffinity");
        Node required = node.child("requiredDuringSchedulingIgnoredDuringExecution");
        if (required.isSet()) {
            nodeSelector(required);
        }
        for (Node term : node.child("preferredDuringSchedulingIgnoredDuringExecution").items()) {
            weight(term.child("weight"));
            nodeSelectorTerm(term.child("preference"), true);
        }
        podTerms(affinity.child("podAffinity"));
        podTerms(affinity.child("podAntiAffinity"));
    }

    static void nodeSelector(Node selector) {
        Node terms = selector.child("nodeSelectorTerms");
        if (terms.isEmpty()) {
            terms.required("must have at least one node selector term");
        }
        terms.items().forEach(term -> nodeSelectorTerm(term, false));
    }

    /// @param anyValues whether values need not be those of labels
    private static void nodeSelectorTerm(Node term, boolean anyValues) {
        for (Node each : term.child("matchExpressions").items()) {
            nodeRequirement(each);
            for (Node value : anyValues ? List.<Node>of() : each.child("values").items()) {
                value.invalidAll(Names.labelValue(value.text()));
            }
        }
        for (Node each : term.child("matchFields").items()) {
            Node values = each.child("values");
            switch (each.child("operator").text()) {
                case "In", "NotIn" -> {
                    if (values.list().size() != 1) {
                        values.required(
                                "must be only one value when `operator` is 'In' or 'NotIn' for node"
                                        + " field selector");
                    }
                }
                default -> badOperator(each.child("operator"));
            }
            if (!each.child("key").text().equals("metadata.name")) {
                each.child("key")
                        .invalidText(each.child("key").text(), "not a valid field selector key");
            } else {
                values.items().forEach(Common::dnsSubdomain);
            }
        }
    }

    private static void nodeRequirement(Node each) {
        Node values = each.child("values");
        switch (each.child("operator").text()) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    values.required("must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    values.forbidden(
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values.list().size() != 1) {
                    values.required(
                            "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> badOperator(each.child("operator"));
        }
        Common.qualifiedName(each.child("key").with(Json.of(each.child("key").text())));
    }

    private static void badOperator(Node operator) {
        operator.invalidText(operator.text(), "not a valid selector operator");
    }

    private static void weight(Node weight) {
        if (weight.integer() <= 0 || weight.integer() > 100) {
            weight.invalid(Json.of(weight.integer()), WEIGHT);
        }
    }

    private static void podTerms(Node affinity) {
        for (Node term : affinity.child("requiredDuringSchedulingIgnoredDuringExecution").items()) {
            podTerm(term);
        }
        for (Node term :
                affinity.child("preferredDuringSchedulingIgnoredDuringExecution").items()) {
            weight(term.child("weight"));
            podTerm(term.child("podAffinityTerm"));
        }
    }

    private static void podTerm(Node term) {
        Common.labelSelector(term.child("labelSelector"));
        Common.labelSelector(term.child("namespaceSelector"));
        for (Node namespace : term.child("namespaces").items()) {
            Common.dnsLabel(namespace.at(term.path() + ".namespace"));
        }
        labelKeys(term);
        Node key = term.child("topologyKey");
        if (key.isEmpty()) {
            key.required("can not be empty");
        }
        Common.qualifiedName(key.with(Json.of(key.text())));
    }

    /// The keys whose values a pod's own labels add to the selector.
    private static void labelKeys(Node term) {
        Node selector = term.child("labelSelector");
        Node matched = term.child("matchLabelKeys");
        Node mismatched = term.child("mismatchLabelKeys");
        if (matched.isEmpty() && mismatched.isEmpty()) {
            return;
        }
        for (Node keys : List.of(matched, mismatched)) {
            if (!keys.isEmpty() && !selector.isSet()) {
                keys.forbidden("must not be specified when labelSelector is not set");
            } else {
                keys.items().forEach(Common::qualifiedName);
            }
        }
        List<String> all = matched.list().strings();
        Set<String> seen = new HashSet<>(selector.child("matchLabels").object().names());
        for (Node each : selector.child("matchExpressions").items()) {
            String key = each.child("key").text();
            int place = all.lastIndexOf(key);
            if (place >= 0 && seen.contains(key)) {
                term.index(place)
                        .invalidText(key, "exists in both matchLabelKeys and labelSelector");
            }
            seen.add(key);
        }
        List<String> not = mismatched.list().strings();
        for (Node key : matched.items()) {
            if (not.contains(key.text())) {
                key.invalid("exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }

    static void tolerations(Node tolerations) {
        for (Node each : tolerations.items()) {
            Node key = each.child("key");
            Node operator = each.child("operator");
            if (!key.isEmpty()) {
                Common.qualifiedName(key);
            } else if (!operator.text().equals("Exists")) {
                operator.invalidText(
                        operator.text(),
                        "operator must be Exists when `key` is empty, which means \"match all"
                                + " values and all keys\"");
            }
            Node effect = each.child("effect");
            if (each.has("tolerationSeconds") && !effect.text().equals("NoExecute")) {
                effect.invalidText(
                        effect.text(),
                        "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            value(each, operator);
            if (!effect.isEmpty()) {
                effect.oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
            }
        }
    }

    private static void value(Node toleration, Node operator) {
        String value = toleration.child("value").text();
        switch (operator.text()) {
            case "", "Equal" -> {
                List<String> faults = Names.labelValue(value);
                if (!faults.isEmpty()) {
                    operator.invalidText(value, String.join(";", faults));
                }
            }
            case "Exists" -> {
                if (!value.isEmpty()) {
                    operator.invalidText(value, "value must be empty when `operator` is 'Exists'");
                }
            }
            case "Lt", "Gt" -> operator.unsupported("Equal", "Exists", "Lt", "Gt");
            default -> operator.unsupported("Equal", "Exists");
        }
    }

    static void topologySpread(Node constraints) {
        if (constraints.isEmpty()) {
            return;
        }
        List<Node> all = constraints.items();
        Map<String, Integer> left = new HashMap<>();
        all.forEach(each -> left.merge(pair(each), 1, Integer::sum));
        for (Node each : all) {
            greaterThanZero(each.child("maxSkew"));
            Node key = each.child("topologyKey");
            if (key.isEmpty()) {
                key.required("can not be empty");
            }
            Node action = each.child("whenUnsatisfiable");
            action.with(Json.of(action.text())).oneOf("DoNotSchedule", "ScheduleAnyway");
            String pair = pair(each);
            if (left.merge(pair, -1, Integer::sum) > 0) {
                each.child("{topologyKey, whenUnsatisfiable}").duplicate(Json.of(pair));
            }
            minDomains(each, action);
            each.child("nodeAffinityPolicy").oneOf("Honor", "Ignore");
            each.child("nodeTaintsPolicy").oneOf("Honor", "Ignore");
            labelKeys(each);
            Common.labelSelector(each.child("labelSelector"));
        }
    }

    private static String pair(Node constraint) {
        return "{"
                + constraint.child("topologyKey").text()
                + ", "
                + constraint.child("whenUnsatisfiable").text()
                + "}";
    }

    private static void greaterThanZero(Node number) {
        if (number.integer() <= 0) {
            number.invalid(Json.of(number.integer()), "must be greater than zero");
        }
    }

    private static void minDomains(Node constraint, Node action) {
        Node domains = constraint.child("minDomains");
        if (!domains.isSet()) {
            return;
        }
        greaterThanZero(domains);
        if (!action.text().equals("DoNotSchedule")) {
            domains.invalid(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
                            + action.text());
        }
    }
}
