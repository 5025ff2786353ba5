package kat.apiserver.dynamic;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Resource;
import org.jspecify.annotations.Nullable;

/// A binding of a policy: where and with which parameters it acts.
///
/// @param matching null when it acts wherever the policy does
/// @param actions `Deny`, `Warn`, `Audit`; empty for a mutating policy
/// @param paramRef empty when there is none
record PolicyBinding(
        String name,
        String policy,
        @Nullable Matching matching,
        List<String> actions,
        JsonObject paramRef) {

    static PolicyBinding of(KubeObject binding) {
        return binding.view(PolicyBinding.class, PolicyBinding::parse);
    }

    private static PolicyBinding parse(KubeObject binding) {
        JsonObject spec = binding.spec();
        return new PolicyBinding(
                binding.name(),
                spec.string("policyName"),
                spec.has("matchResources")
                        ? Matching.ofResources(spec.object("matchResources"))
                        : null,
                spec.array("validationActions").strings(),
                spec.object("paramRef"));
    }

    boolean covers(AdmissionRequest request, Cluster cluster) {
        Matching own = matching;
        if (own == null) {
            return true;
        }
        Resource found = own.match(request, cluster);
        return found != null;
    }
}
