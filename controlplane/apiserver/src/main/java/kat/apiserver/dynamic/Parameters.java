package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.apiserver.registry.Resource;

/// Finds the parameters with which a policy acts.
///
/// **Source:** `CollectParams` in `apiserver/pkg/admission/plugin/policy/generic`.
record Parameters(Cluster cluster) {

    private static final List<Optional<KubeObject>> NONE = List.of(Optional.empty());

    /// Whether the kind of a policy's parameters is served; a policy without one is well.
    ///
    /// @param paramKind empty when there is none
    void require(JsonObject paramKind) throws ConfigurationFault {
        if (!paramKind.isEmpty() && find(paramKind).isEmpty()) {
            String version = paramKind.string("apiVersion");
            throw new ConfigurationFault(
                    "failed to find resource referenced by paramKind: '"
                            + (version.contains("/") ? version : "/" + version)
                            + ", Kind="
                            + paramKind.string("kind")
                            + "'");
        }
    }

    private Optional<Resource> find(JsonObject paramKind) {
        Kind kind =
                cluster.resources()
                        .kinds()
                        .byKind(paramKind.string("apiVersion"), paramKind.string("kind"));
        return kind == null
                ? Optional.empty()
                : Optional.ofNullable(cluster.resources().find(kind));
    }

    /// The parameters; one empty entry when the policy acts without, none when it does not act.
    ///
    /// @param paramKind of the policy; empty when there is none
    List<Optional<KubeObject>> collect(
            JsonObject paramKind, PolicyBinding binding, AdmissionRequest request)
            throws ConfigurationFault {
        JsonObject reference = binding.paramRef();
        Optional<Resource> resource =
                paramKind.isEmpty() || reference.isEmpty() ? Optional.empty() : find(paramKind);
        if (resource.isEmpty()) {
            return NONE;
        }
        String namespace = namespace(resource.get(), reference, request);
        List<Optional<KubeObject>> found = new ArrayList<>();
        String name = reference.string("name");
        if (!name.isEmpty()) {
            KubeObject one = cluster.find(resource.get(), namespace, name);
            if (one != null) {
                found.add(Optional.of(one));
            }
        } else {
            LabelSelector selector = LabelSelector.parse(reference.object("selector"));
            Predicate<KubeObject> wanted = each -> selector.matches(each.labels());
            cluster.list(resource.get(), namespace, wanted)
                    .forEach(each -> found.add(Optional.of(each)));
        }
        if (found.isEmpty() && reference.string("parameterNotFoundAction").equals("Deny")) {
            throw new ConfigurationFault(
                    "no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private static String namespace(
            Resource resource, JsonObject reference, AdmissionRequest request)
            throws ConfigurationFault {
        String wanted = reference.string("namespace");
        if (!resource.kind().namespaced()) {
            if (!wanted.isEmpty()) {
                throw new ConfigurationFault(
                        "paramRef.namespace must not be provided for a cluster-scoped"
                                + " `paramKind`");
            }
            return "";
        }
        if (!wanted.isEmpty()) {
            return wanted;
        }
        if (request.namespace().isEmpty()) {
            throw new ConfigurationFault(
                    "cannot use namespaced paramRef in policy binding that matches"
                            + " cluster-scoped resources");
        }
        return request.namespace();
    }
}
