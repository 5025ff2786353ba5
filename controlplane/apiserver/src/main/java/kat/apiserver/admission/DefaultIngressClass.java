package kat.apiserver.admission;

import java.util.Comparator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Gives new Ingresses that name no class the one that is marked as the default; of several the
/// youngest.
///
/// **Source:** `plugin/pkg/admission/network/defaultingressclass`.
final class DefaultIngressClass implements Plugin {

    private static final Kind INGRESS = Kinds.builtIn().require("networking.k8s.io/v1", "Ingress");
    private static final Kind INGRESS_CLASS =
            Kinds.builtIn().require("networking.k8s.io/v1", "IngressClass");
    private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";
    private static final String CLASS_BY_ANNOTATION = "kubernetes.io/ingress.class";

    private static final Comparator<KubeObject> YOUNGEST_FIRST =
            Comparator.comparing((KubeObject each) -> each.metadata().string("creationTimestamp"))
                    .reversed()
                    .thenComparing(KubeObject::name);

    private final Lookup lookup;

    DefaultIngressClass(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject ingress) {
        boolean isNewIngress =
                attributes.operation() == Operation.CREATE
                        && attributes.target().kind() == INGRESS
                        && attributes.call().subresource().isEmpty();
        if (!isNewIngress
                || ingress.object("spec").has("ingressClassName")
                || ingress.at("metadata", "annotations").has(CLASS_BY_ANNOTATION)) {
            return ingress;
        }
        return lookup.list(INGRESS_CLASS, "").stream()
                .filter(each -> each.annotation(DEFAULT).equals("true"))
                .min(YOUNGEST_FIRST)
                .map(found -> ingress.withAt(Json.of(found.name()), "spec", "ingressClassName"))
                .orElse(ingress);
    }
}
