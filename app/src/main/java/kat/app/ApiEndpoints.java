package kat.app;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Transport;
import kat.client.WriteOptions;

/// The EndpointSlice behind the Service `default/kubernetes`: where pods reach the API server.
///
/// **Source:** kube-apiserver's reconciler of its own endpoints.
final class ApiEndpoints {

    private static final WriteOptions WRITE = WriteOptions.by("kube-apiserver");

    private ApiEndpoints() {}

    /// Creates the slice, or corrects where it leads; harmless when repeated.
    ///
    /// @throws StatusException when the server refuses
    static void publish(Transport transport, String address, int port) {
        KubeObject slice = slice(address, port);
        try {
            transport.create(Kinds.ENDPOINT_SLICE, slice, WRITE);
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            transport.update(Kinds.ENDPOINT_SLICE, slice, WRITE);
        }
    }

    private static KubeObject slice(String address, int port) {
        JsonObject labels = JsonObject.of("kubernetes.io/service-name", Json.of("kubernetes"));
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", "kubernetes")
                        .put("namespace", "default")
                        .put("labels", labels)
                        .build();
        JsonObject https =
                JsonObject.builder()
                        .put("name", "https")
                        .put("protocol", "TCP")
                        .put("port", port)
                        .build();
        JsonObject endpoint =
                JsonObject.builder()
                        .put("addresses", JsonArray.ofStrings(List.of(address)))
                        .put("conditions", JsonObject.of("ready", Json.of(true)))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "discovery.k8s.io/v1")
                        .put("kind", "EndpointSlice")
                        .put("addressType", "IPv4")
                        .put("metadata", metadata)
                        .put("ports", JsonArray.of(https))
                        .put("endpoints", JsonArray.of(endpoint))
                        .build());
    }
}
