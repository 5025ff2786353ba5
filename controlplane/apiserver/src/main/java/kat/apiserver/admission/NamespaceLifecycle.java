package kat.apiserver.admission;

import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Nothing is created in a namespace that is not there or goes, and some namespaces stay.
///
/// **Source:** `apiserver/pkg/admission/plugin/namespace/lifecycle`.
final class NamespaceLifecycle implements Plugin {

    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final Lookup lookup;

    NamespaceLifecycle(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        if (attributes.operation() == Operation.CREATE && attributes.target().kind().namespaced()) {
            requireActive(attributes, attributes.target().namespace());
        }
        return object;
    }

    private void requireActive(Attributes attributes, String namespace) {
        KubeObject found = lookup.find(Kinds.NAMESPACE, "", namespace);
        if (found == null) {
            throw Status.notFound(Kinds.NAMESPACE, namespace).asException();
        }
        if (found.isDeleting() || found.status().string("phase").equals("Terminating")) {
            Kind kind = attributes.target().kind();
            String name = attributes.target().name();
            Status plain =
                    Status.forbidden(
                            kind,
                            name,
                            "unable to create new content in namespace "
                                    + namespace
                                    + " because it is being terminated");
            Status.Cause cause =
                    new Status.Cause(
                            "NamespaceTerminating",
                            "namespace " + namespace + " is being terminated",
                            "metadata.namespace");
            Status.Details details =
                    new Status.Details(name, kind.group(), kind.plural(), "", List.of(cause), 0);
            throw new Status(plain.code(), plain.reason(), plain.message(), details).asException();
        }
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.operation() == Operation.DELETE
                && attributes.target().kind() == Kinds.NAMESPACE
                && IMMORTAL.contains(attributes.target().name())) {
            throw Status.forbidden(
                            Kinds.NAMESPACE,
                            attributes.target().name(),
                            "this namespace may not be deleted")
                    .asException();
        }
    }
}
