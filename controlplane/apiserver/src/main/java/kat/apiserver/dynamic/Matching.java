package kat.apiserver.dynamic;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Resource;
import org.jspecify.annotations.Nullable;

/// What a webhook, policy or binding applies to.
///
/// @param rules none means all, where `isOpen`
/// @param excluded what it does not apply to all the same
/// @param isEquivalent whether a rule for another version of a resource counts too
/// @param isOpen whether no rules mean everything
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/generic/webhook.go`,
/// `policy/matching/matching.go`.
record Matching(
        List<RuleMatch> rules,
        List<RuleMatch> excluded,
        boolean isEquivalent,
        Selectors selectors,
        boolean isOpen) {

    record Selectors(LabelSelector namespaces, LabelSelector objects) {

        static Selectors parse(JsonObject holder) {
            return new Selectors(
                    LabelSelector.parse(holder.object("namespaceSelector")),
                    LabelSelector.parse(holder.object("objectSelector")));
        }
    }

    static Matching ofWebhook(JsonObject webhook) {
        return new Matching(
                RuleMatch.parseAll(webhook, "rules"),
                List.of(),
                webhook.string("matchPolicy", "Equivalent").equals("Equivalent"),
                Selectors.parse(webhook),
                false);
    }

    /// @param resources `matchConstraints` or `matchResources`
    static Matching ofResources(JsonObject resources) {
        return new Matching(
                RuleMatch.parseAll(resources, "resourceRules"),
                RuleMatch.parseAll(resources, "excludeResourceRules"),
                resources.string("matchPolicy", "Equivalent").equals("Equivalent"),
                Selectors.parse(resources),
                true);
    }

    /// The version of the request's resource to which this applies; null when it does not apply.
    ///
    /// @throws kat.api.StatusException when it would apply but the namespace is not there
    @Nullable Resource match(AdmissionRequest request, Cluster cluster) {
        if (!selectsObject(request)) {
            return null;
        }
        KubeObject namespace = namespace(request, cluster);
        boolean isNamespaceUnknown = namespace == null && asksForNamespace(request);
        if (namespace != null && !selectors.namespaces().matches(namespace.labels())) {
            return null;
        }
        Resource matched = resource(request, cluster);
        if (matched != null && isNamespaceUnknown) {
            throw Status.notFound(Kinds.NAMESPACE, request.namespace()).asException();
        }
        return matched;
    }

    private @Nullable Resource resource(AdmissionRequest request, Cluster cluster) {
        if (find(excluded, request, cluster) != null) {
            return null;
        }
        return isOpen && rules.isEmpty() ? request.resource() : find(rules, request, cluster);
    }

    private @Nullable Resource find(
            List<RuleMatch> wanted, AdmissionRequest request, Cluster cluster) {
        for (RuleMatch rule : wanted) {
            if (rule.covers(request, request.resource())) {
                return request.resource();
            }
        }
        if (!isEquivalent || wanted.isEmpty()) {
            return null;
        }
        List<Resource> others = cluster.resources().otherVersions(request.resource());
        for (RuleMatch rule : wanted) {
            for (Resource other : others) {
                if (rule.covers(request, other)) {
                    return other;
                }
            }
        }
        return null;
    }

    private boolean asksForNamespace(AdmissionRequest request) {
        boolean selects =
                !selectors.namespaces().labels().isEmpty()
                        || !selectors.namespaces().requirements().isEmpty();
        return selects && (!request.namespace().isEmpty() || request.isNamespace());
    }

    /// The namespace whose labels decide; null when they do not matter, or it does not exist.
    private @Nullable KubeObject namespace(AdmissionRequest request, Cluster cluster) {
        if (!asksForNamespace(request)) {
            return null;
        }
        JsonObject object = request.object();
        boolean isOwn =
                request.isNamespace()
                        && request.subresource().isEmpty()
                        && (request.operation() == Operation.CREATE
                                || request.operation() == Operation.UPDATE);
        return isOwn && object != null
                ? new KubeObject(object)
                : cluster.namespace(request.namespace());
    }

    private boolean selectsObject(AdmissionRequest request) {
        LabelSelector wanted = selectors.objects();
        if (wanted.labels().isEmpty() && wanted.requirements().isEmpty()) {
            return true;
        }
        return selects(wanted, request.object()) || selects(wanted, request.old());
    }

    private static boolean selects(LabelSelector wanted, @Nullable JsonObject object) {
        return object != null
                && object.has("metadata")
                && wanted.matches(new KubeObject(object).labels());
    }
}
