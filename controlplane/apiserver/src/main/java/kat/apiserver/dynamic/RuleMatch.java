package kat.apiserver.dynamic;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Resource;

/// One rule: which operations on which resources.
///
/// @param scope `*`, `Cluster` or `Namespaced`
/// @param names of objects; empty for all
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/predicates/rules`.
record RuleMatch(
        List<String> operations,
        List<String> groups,
        List<String> versions,
        List<String> resources,
        String scope,
        List<String> names) {

    private static final String ALL = "*";

    static RuleMatch parse(JsonObject rule) {
        return new RuleMatch(
                rule.array("operations").strings(),
                rule.array("apiGroups").strings(),
                rule.array("apiVersions").strings(),
                rule.array("resources").strings(),
                rule.string("scope", ALL),
                rule.array("resourceNames").strings());
    }

    static List<RuleMatch> parseAll(JsonObject holder, String list) {
        return holder.array(list).objects().stream().map(RuleMatch::parse).toList();
    }

    /// Whether it is about a request, were that made to this version of its resource.
    boolean covers(AdmissionRequest request, Resource version) {
        Kind kind = version.kind();
        return isInScope(request, kind)
                && isIn(operations, request.operation().name())
                && isIn(groups, kind.group())
                && isIn(versions, kind.version())
                && isResource(kind.plural(), request.subresource())
                && (names.isEmpty() || names.contains(request.name()));
    }

    private boolean isInScope(AdmissionRequest request, Kind kind) {
        boolean inNamespace = kind != Kinds.NAMESPACE && !request.namespace().isEmpty();
        return switch (scope) {
            case "Namespaced" -> inNamespace;
            case "Cluster" -> !inNamespace;
            default -> true;
        };
    }

    private static boolean isIn(List<String> wanted, String actual) {
        return wanted.contains(ALL) || wanted.contains(actual);
    }

    private boolean isResource(String plural, String subresource) {
        for (String each : resources) {
            int slash = each.indexOf('/');
            String resource = slash < 0 ? each : each.substring(0, slash);
            String part = slash < 0 ? "" : each.substring(slash + 1);
            if ((resource.equals(ALL) || resource.equals(plural))
                    && (part.equals(ALL) || part.equals(subresource))) {
                return true;
            }
        }
        return false;
    }
}
