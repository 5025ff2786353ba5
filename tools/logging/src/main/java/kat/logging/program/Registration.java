package kat.logging.program;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.Written;

/// Says in the API where the program answers: behind the chart's Service, for its APIService.
record Registration(Transport transport) {

    static final String SERVICE = "kat-logging";
    static final String NAMESPACE = "kat-system";
    static final String HOST = SERVICE + "." + NAMESPACE + ".svc";

    private static final String API_SERVICE = SearchApi.VERSION + "." + SearchApi.GROUP;
    private static final ObjectKey TRUST =
            ObjectKey.of("kube-system", "extension-apiserver-authentication");

    /// By what the API server's requests are known.
    ///
    /// @param authority certificates in PEM
    /// @param names of certificates; empty for any
    record Trust(String authority, List<String> names) {
        Trust {
            names = List.copyOf(names);
        }
    }

    /// @throws kat.api.StatusException when the API refuses, for example before the chart's
    ///     roles are there
    Trust trust() {
        JsonObject data = transport.get(Kinds.CONFIG_MAP, TRUST).tree().object("data");
        byte[] names =
                data.string("requestheader-allowed-names", "[]").getBytes(StandardCharsets.UTF_8);
        return new Trust(
                data.string("requestheader-client-ca-file"),
                Json.parse(names) instanceof JsonArray list ? list.strings() : List.of());
    }

    /// @param certificate in PEM
    /// @throws kat.api.StatusException when the API refuses
    void register(String address, int port, String certificate) {
        KubeObject service = transport.get(Kinds.SERVICE, ObjectKey.of(NAMESPACE, SERVICE));
        WriteOptions options = WriteOptions.by(SERVICE);
        Written unused =
                transport.patch(
                        Kinds.ENDPOINT_SLICE,
                        ObjectKey.of(NAMESPACE, SERVICE),
                        Patch.apply(slice(service, address, port), true),
                        options);
        String bundle =
                Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.UTF_8));
        unused =
                transport.patch(
                        Kinds.API_SERVICE,
                        ObjectKey.of("", API_SERVICE),
                        Patch.merge(JsonObject.EMPTY.withAt(Json.of(bundle), "spec", "caBundle")),
                        options);
    }

    /// Goes with the Service.
    private static JsonObject slice(KubeObject service, String address, int port) {
        JsonObject owner =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Service")
                        .put("name", SERVICE)
                        .put("uid", service.uid())
                        .build();
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", SERVICE)
                        .put("namespace", NAMESPACE)
                        .put(
                                "labels",
                                JsonObject.of("kubernetes.io/service-name", Json.of(SERVICE)))
                        .put("ownerReferences", new JsonArray(List.of(owner)))
                        .build();
        JsonObject endpoint =
                JsonObject.of(
                        "addresses",
                        new JsonArray(List.of(Json.of(address))),
                        "conditions",
                        JsonObject.of("ready", Json.of(true)));
        JsonObject named =
                JsonObject.builder()
                        .put("name", "https")
                        .put("port", port)
                        .put("protocol", "TCP")
                        .build();
        return JsonObject.builder()
                .put("apiVersion", "discovery.k8s.io/v1")
                .put("kind", "EndpointSlice")
                .put("metadata", metadata)
                .put("addressType", "IPv4")
                .put("endpoints", new JsonArray(List.of(endpoint)))
                .put("ports", new JsonArray(List.of(named)))
                .build();
    }
}
