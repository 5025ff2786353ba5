package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;

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
        MetadataRules.check(root.child("metadata"), kind.namespaced(), rules.names());
        rules.create().check(root);
        return faults;
    }

    /// Checks a new version of a stored object.
    public static List<Status.Cause> update(Kind kind, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        KindRules rules = KindRules.of(kind);
        JsonObject metadata = before.metadata();
        // Kubernetes checks metadata once for all kinds, and again with most kinds' own rules
        MetadataRules.checkUpdate(root.child("metadata"), metadata);
        if (rules.isKnown()) {
            MetadataRules.checkUpdate(root.child("metadata"), metadata);
        }
        rules.update().check(root, before.tree());
        return faults;
    }

    /// Checks a new status of a stored object.
    public static List<Status.Cause> updateStatus(Kind kind, KubeObject after, KubeObject before) {
        List<Status.Cause> faults = new ArrayList<>();
        Node root = Node.root(after.tree(), faults);
        MetadataRules.checkUpdate(root.child("metadata"), before.metadata());
        KindRules.of(kind).status().check(root, before.tree());
        return faults;
    }
}
