package kat.ingress;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.ingress.route.Classes;

/// The classes of a new cluster: `kat`, which is the default, and `nginx`, whose users
/// ingress-nginx has left.
public final class IngressClasses {

    private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";

    private IngressClasses() {}

    /// Makes the classes unless there are some of their names.
    public static void create(Transport transport) {
        JsonObject isDefault = JsonObject.of(DEFAULT, Json.of("true"));
        for (KubeObject each :
                List.of(
                        of("kat", Classes.CONTROLLER, isDefault),
                        of("nginx", Classes.NGINX_CONTROLLER, JsonObject.EMPTY))) {
            try {
                transport.create(Kinds.INGRESS_CLASS, each, WriteOptions.by("kat"));
            } catch (StatusException e) {
                if (!e.is("AlreadyExists")) {
                    throw e;
                }
            }
        }
    }

    private static KubeObject of(String name, String controller, JsonObject annotations) {
        JsonObject metadata = JsonObject.EMPTY.with("name", name);
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "networking.k8s.io/v1")
                        .put("kind", "IngressClass")
                        .put(
                                "metadata",
                                annotations.isEmpty()
                                        ? metadata
                                        : metadata.with("annotations", annotations))
                        .put("spec", JsonObject.EMPTY.with("controller", controller))
                        .build());
    }
}
