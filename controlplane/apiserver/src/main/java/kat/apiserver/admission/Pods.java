package kat.apiserver.admission;

import kat.api.Kinds;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Questions that most plug-ins for pods ask.
final class Pods {

    static final String MIRROR = "kubernetes.io/config.mirror";

    private Pods() {}

    static boolean isCreation(Attributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.target().kind() == Kinds.POD
                && attributes.call().subresource().isEmpty();
    }

    /// Whether a pod gets containers to look into it.
    static boolean isEphemeral(Attributes attributes) {
        return attributes.operation() == Operation.UPDATE
                && attributes.target().kind() == Kinds.POD
                && attributes.call().subresource().equals("ephemeralcontainers");
    }
}
