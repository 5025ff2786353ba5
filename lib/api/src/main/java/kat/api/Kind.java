package kat.api;

import java.util.List;

/// One kind of object in one API version, as discovery describes it. Built-in kinds and custom
/// resources are both values of this type; nothing in KAT depends on a kind by its class.
///
/// @param group empty for the core group
/// @param version for example `v1`
/// @param kind for example `Pod`
/// @param plural the resource's name in paths, for example `pods`
/// @param singular for example `pod`
/// @param namespaced whether its objects live in namespaces
/// @param shortNames what kubectl users type, for example `po`
/// @param categories for example `all`
/// @param subresources by name: `status`, `scale`, `log` …
/// @param verbs what discovery lists, sorted
/// @param schema the name of its schema definition, for example `io.k8s.api.core.v1.Pod`
public record Kind(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<Subresource> subresources,
        List<String> verbs,
        String schema) {

    public Kind {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        subresources = List.copyOf(subresources);
        verbs = List.copyOf(verbs);
    }

    /// A path below an object with an object of its own.
    ///
    /// @param name for example `status`, `scale`, `eviction`, `log`
    /// @param group of the object that is sent and answered, for example `autoscaling` for scale
    /// @param version of that object
    /// @param kind of that object
    /// @param verbs what discovery lists, sorted
    public record Subresource(
            String name, String group, String version, String kind, List<String> verbs) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }

    /// `v1`, or `apps/v1`: the value of an object's `apiVersion`.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// `pods`, or `deployments.apps`: how messages name the resource.
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String listKind() {
        return kind + "List";
    }

    public boolean hasSubresource(String name) {
        for (Subresource subresource : subresources) {
            if (subresource.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return apiVersion() + " " + kind;
    }
}
