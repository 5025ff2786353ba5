package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// Says what is wrong with an object, in Kubernetes' words and order. The causes it gives are those
/// of a [Status#invalid] answer; none means that the object may be stored.
///
/// An object is checked after defaulting, when the server has filled in what it sets itself.
///
/// **Threads:** any.
///
/// **Source:** Kubernetes' `pkg/apis/*/validation` and `registry/*/strategy.go`.
public final class Validation {

    private Validation() {}

    /// Checks a new object.
    public static List<Status.Cause> create(Kind kind, KubeObject object) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(object.tree(), faults);
        KindRules rules = KindRules.of(kind);
        if (rules.metadataLast()) {
            rules.create().check(root);
            if (faults.isEmpty()) {
                MetadataChecks.whole(rules, kind, root.child("metadata"));
            }
            return faults;
        }
        MetadataChecks.whole(rules, kind, root.child("metadata"));
        rules.create().check(root);
        return faults;
    }

    /// Checks the metadata of a new custom resource or definition.
    ///
    /// @param names the check for its name
    public static List<Status.Cause> metadata(
            JsonObject object, boolean namespaced, Function<String, List<String>> names) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(object, faults);
        MetadataRules.checkPlain(root.child("metadata"), namespaced, names);
        return faults;
    }

    /// Checks the metadata of a new version of a custom resource or definition.
    public static List<Status.Cause> metadataUpdate(JsonObject after, JsonObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node metadata = Node.root(after, faults).child("metadata");
        // Kubernetes checks once for all kinds, and again for these.
        boolean namespaced = before.object("metadata").has("namespace");
        MetadataRules.checkChanged(metadata, namespaced, before.object("metadata"));
        MetadataRules.checkUpdate(metadata, before.object("metadata"));
        return faults;
    }

    /// Checks the name of a field manager.
    ///
    /// @param path where it was told
    public static List<Status.Cause> manager(String name, String path) {
        List<Status.Cause> faults = new ArrayList<>();
        JsonObject told = JsonObject.of("manager", Json.of(name));
        MetadataRules.manager(Node.root(told, faults).child("manager").at(path));
        return faults;
    }

    /// Checks the metadata of an object inside of another.
    ///
    /// @param path of the metadata
    public static List<Status.Cause> embedded(String path, JsonObject metadata) {
        List<Status.Cause> faults = new ArrayList<>();
        JsonObject named =
                metadata.string("name").isEmpty() ? metadata.with("name", "fakename") : metadata;
        Node root = Node.root(JsonObject.of("metadata", named), faults);
        boolean namespaced = !metadata.string("namespace").isEmpty();
        MetadataRules.checkPlain(root.child("metadata"), namespaced, Names::pathSegment);
        return faults.stream()
                .map(
                        fault ->
                                new Status.Cause(
                                        fault.reason(),
                                        fault.message(),
                                        path + fault.field().substring("metadata".length())))
                .toList();
    }

    /// Checks a new version of a stored object.
    public static List<Status.Cause> update(Kind kind, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        KindRules rules = KindRules.of(kind);
        MetadataRules.checkChanged(root.child("metadata"), kind.namespaced(), before.metadata());
        Runnable create = rules.repeats() ? () -> rules.create().check(root) : () -> {};
        Runnable update = () -> rules.update().check(root, before.tree());
        MetadataChecks checks =
                MetadataChecks.of(rules, kind, root.child("metadata"), before.metadata());
        checks.run(rules.again(), create, update);
        return faults;
    }

    /// Checks the addresses that a Service asks for, before any is given to it.
    public static List<Status.Cause> serviceAddresses(JsonObject service) {
        List<Status.Cause> faults = new ArrayList<>();
        Node spec = Node.root(service, faults).child("spec");
        ServiceAddressRules.check(spec, spec.child("type").text());
        return faults;
    }

    /// Checks a new status of a stored object.
    public static List<Status.Cause> updateStatus(Kind kind, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        MetadataRules.checkChanged(root.child("metadata"), kind.namespaced(), before.metadata());
        KindRules rules = KindRules.of(kind);
        MetadataChecks checks =
                MetadataChecks.of(rules, kind, root.child("metadata"), before.metadata());
        Runnable status = () -> rules.status().check(root, before.tree());
        checks.run(rules.statusAgain(), () -> {}, status);
        return faults;
    }

    /// Checks a new version of a stored object that came through a subresource of its own rules.
    public static List<Status.Cause> updateThrough(
            Kind kind, String subresource, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        MetadataRules.checkChanged(root.child("metadata"), kind.namespaced(), before.metadata());
        MetadataRules.checkKubernetesUpdate(root.child("metadata"), before.metadata());
        switch (kind.resource() + "/" + subresource) {
            case "pods/ephemeralcontainers" ->
                    PodUpdateRules.ephemeralContainers(root, before.tree());
            case "pods/resize" -> PodResizeRules.check(root, before.tree());
            case "certificatesigningrequests.certificates.k8s.io/approval" ->
                    CertificateRules.approval(root, before.tree());
            case "namespaces/finalize" -> CoreRules.namespaceFinalizers(root);
            default -> {
                // no rules but those for metadata
            }
        }
        return faults;
    }
}
