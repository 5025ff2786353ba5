package kat.dns;

import java.net.InetSocketAddress;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Transport;
import kat.client.WriteOptions;

/// The objects by which pods find cluster DNS: an ordinary Service `kube-system/kube-dns` and an
/// ordinary EndpointSlice that leads to the process. Names and labels are those of kubeadm's
/// clusters, which other programs look for.
public final class DnsObjects {

    private static final int PORT = 53;
    private static final String NAMESPACE = "kube-system";
    private static final String SERVICE = "kube-dns";

    private static final WriteOptions WRITE = WriteOptions.by("kat");

    private DnsObjects() {}

    /// Creates what is missing and corrects where the EndpointSlice leads; harmless when repeated.
    ///
    /// @param address the tenth of the service range
    /// @param listens where [ClusterDns] listens for pods
    /// @throws StatusException when the server refuses
    public static void publish(Transport transport, String address, InetSocketAddress listens) {
        KubeObject service = service(address);
        if (isAbsent(transport, Kinds.SERVICE, service)) {
            transport.create(Kinds.SERVICE, service, WRITE);
        }
        KubeObject slice = endpoints(listens.getAddress().getHostAddress(), listens.getPort());
        if (isAbsent(transport, Kinds.ENDPOINT_SLICE, slice)) {
            transport.create(Kinds.ENDPOINT_SLICE, slice, WRITE);
        } else {
            transport.update(Kinds.ENDPOINT_SLICE, slice, WRITE);
        }
    }

    /// Asks before it writes: a second Service of the same address is refused for the address, not
    /// for the name.
    private static boolean isAbsent(Transport transport, Kind kind, KubeObject object) {
        try {
            transport.get(kind, object.key());
            return false;
        } catch (StatusException e) {
            if (!e.is("NotFound")) {
                throw e;
            }
            return true;
        }
    }

    /// @param address the tenth of the service range
    public static KubeObject service(String address) {
        JsonObject labels =
                JsonObject.builder()
                        .put("k8s-app", SERVICE)
                        .put("kubernetes.io/cluster-service", "true")
                        .put("kubernetes.io/name", "CoreDNS")
                        .build();
        JsonObject spec =
                JsonObject.builder()
                        .put("type", "ClusterIP")
                        .put("clusterIP", address)
                        .put("clusterIPs", JsonArray.ofStrings(List.of(address)))
                        .put(
                                "ports",
                                JsonArray.of(
                                        port("dns", "UDP").put("port", PORT).build(),
                                        port("dns-tcp", "TCP").put("port", PORT).build()))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Service")
                        .put("metadata", metadata(SERVICE).put("labels", labels).build())
                        .put("spec", spec)
                        .build());
    }

    /// @param address where [ClusterDns] listens for pods
    /// @param port where it listens
    public static KubeObject endpoints(String address, int port) {
        JsonObject labels =
                JsonObject.builder()
                        .put("kubernetes.io/service-name", SERVICE)
                        .put("endpointslice.kubernetes.io/managed-by", "kat")
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
                        .put("metadata", metadata("kube-dns-kat").put("labels", labels).build())
                        .put(
                                "ports",
                                JsonArray.of(
                                        port("dns", "UDP").put("port", port).build(),
                                        port("dns-tcp", "TCP").put("port", port).build()))
                        .put("endpoints", JsonArray.of(endpoint))
                        .build());
    }

    private static JsonObject.Builder metadata(String name) {
        return JsonObject.builder().put("name", name).put("namespace", NAMESPACE);
    }

    private static JsonObject.Builder port(String name, String protocol) {
        return JsonObject.builder().put("name", name).put("protocol", protocol);
    }
}
