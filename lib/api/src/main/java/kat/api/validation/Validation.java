package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
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
                whole(rules, kind, root.child("metadata"));
            }
            return faults;
        }
        whole(rules, kind, root.child("metadata"));
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
        JsonObject metadata = before.metadata();
        MetadataRules.checkChanged(root.child("metadata"), kind.namespaced(), metadata);
        Runnable create = rules.repeats() ? () -> rules.create().check(root) : () -> {};
        metadataAgain(rules, kind, root.child("metadata"), metadata, create);
        rules.update().check(root, before.tree());
        return faults;
    }

    /// Checks the addresses that a Service asks for, before any is given to it.
    public static List<Status.Cause> serviceAddresses(JsonObject service) {
        List<Status.Cause> faults = new ArrayList<>();
        Node spec = Node.root(service, faults).child("spec");
        ServiceAddressRules.check(spec, spec.child("type").text());
        return faults;
    }

    private static void whole(KindRules rules, Kind kind, Node metadata) {
        if (rules.anyFinalizers()) {
            MetadataRules.checkPlain(metadata, kind.namespaced(), rules.names());
        } else {
            MetadataRules.check(metadata, kind.namespaced(), rules.names());
        }
    }

    /// Kubernetes checks metadata once for all kinds, and again with most kinds' own rules.
    ///
    /// @param create the rules of a new object; with them its metadata as a whole, before changes
    private static void metadataAgain(
            KindRules rules, Kind kind, Node metadata, JsonObject before, Runnable create) {
        Runnable whole = () -> whole(rules, kind, metadata);
        Runnable changes =
                rules.anyFinalizers()
                        ? () -> MetadataRules.checkUpdate(metadata, before)
                        : () -> MetadataRules.checkKubernetesUpdate(metadata, before);
        switch (rules.again()) {
            case NOTHING -> create.run();
            case CHANGES -> {
                changes.run();
                create.run();
            }
            case WHOLE -> {
                whole.run();
                create.run();
            }
            case WHOLE_TWICE -> {
                whole.run();
                whole.run();
                create.run();
            }
            case WHOLE_AND_CHANGES -> {
                whole.run();
                create.run();
                changes.run();
            }
            case CHANGES_AND_WHOLE -> {
                changes.run();
                whole.run();
                create.run();
            }
        }
    }

    /// Checks a new status of a stored object.
    public static List<Status.Cause> updateStatus(Kind kind, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        MetadataRules.checkChanged(root.child("metadata"), kind.namespaced(), before.metadata());
        KindRules.of(kind).status().check(root, before.tree());
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
