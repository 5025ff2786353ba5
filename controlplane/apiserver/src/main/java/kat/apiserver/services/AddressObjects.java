package kat.apiserver.services;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.validation.Addresses;
import kat.apiserver.registry.Machinery;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Reservations.Guard;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.store.Entry;

/// The IPAddress objects of Services, and the ranges that ServiceCIDR objects tell. An
/// IPAddress is written in the transaction that gives its address to a Service, and goes with
/// the one that takes it back.
///
/// **Threads:** any.
///
/// **Source:** `createIPAddress` in `pkg/registry/core/service/ipallocator/ipallocator.go`;
/// KEP-1880.
public final class AddressObjects {

    /// The range out of which clusters without further ones give addresses.
    private static final String DEFAULT_RANGE = "kubernetes";

    private static final WriteCall CALL =
            new WriteCall("system:apiserver", 0, "kube-apiserver", false, "");

    private final Reader reader;
    private final Resources resources;
    private final Machinery machinery;
    private final Writer.Clock clock;

    public AddressObjects(
            Reader reader, Resources resources, Machinery machinery, Writer.Clock clock) {
        this.reader = reader;
        this.resources = resources;
        this.machinery = machinery;
        this.clock = clock;
    }

    private static ObjectKey key(String address) {
        return ObjectKey.of("", Addresses.canonicalForm(address));
    }

    /// Whether somebody has the address: a Service, or whoever made such an object.
    boolean exists(String address) {
        return reader.find(resources.require(Kinds.IP_ADDRESS), key(address)) != null;
    }

    /// Makes the object of an address that a Service gets.
    Guard taken(String address, JsonObject service) {
        Resource resource = resources.require(Kinds.IP_ADDRESS);
        Kind kind = resource.kind();
        String name = key(address).name();
        JsonObject labels =
                JsonObject.of(
                        "ipaddress.kubernetes.io/ip-family",
                        Json.of(Addresses.isIpv6(name) ? "IPv6" : "IPv4"),
                        "ipaddress.kubernetes.io/managed-by",
                        Json.of("ipallocator.k8s.io"));
        JsonObject parent =
                JsonObject.builder()
                        .put("name", service.object("metadata").string("name"))
                        .put("namespace", service.object("metadata").string("namespace"))
                        .put("resource", "services")
                        .build();
        JsonObject asked =
                JsonObject.builder()
                        .put("apiVersion", kind.apiVersion())
                        .put("kind", kind.kind())
                        .put("metadata", JsonObject.of("labels", labels, "name", Json.of(name)))
                        .put("spec", JsonObject.of("parentRef", parent))
                        .build();
        JsonObject owned = machinery.owned(resource, CALL, JsonObject.EMPTY, asked);
        JsonObject stamped =
                owned.change(
                        "metadata",
                        metadata ->
                                metadata.with("uid", clock.names().uid())
                                        .with(
                                                "creationTimestamp",
                                                Times.format(clock.ticker().now())));
        JsonObject prepared = machinery.preparedForCreate(resource, CALL, stamped);
        return Guard.creating(resource, key(address), machinery.readBack(resource, prepared));
    }

    /// Removes the objects of addresses that a Service has no longer. One that something still
    /// holds by a finalizer is left to the controller, and one of somebody else to its owner.
    List<Guard> freed(List<String> addresses, JsonObject service) {
        Resource resource = resources.require(Kinds.IP_ADDRESS);
        List<Guard> guards = new ArrayList<>();
        for (String address : addresses) {
            Entry entry = reader.find(resource, key(address));
            if (entry != null && isOf(resource.object(entry), service)) {
                guards.add(Guard.removing(entry));
            }
        }
        return guards;
    }

    private static boolean isOf(KubeObject address, JsonObject service) {
        JsonObject parent = address.spec().object("parentRef");
        JsonObject metadata = service.object("metadata");
        return address.finalizers().isEmpty()
                && parent.string("group").isEmpty()
                && parent.string("resource").equals("services")
                && parent.string("namespace").equals(metadata.string("namespace"))
                && parent.string("name").equals(metadata.string("name"));
    }

    /// The ranges out of which addresses may be given now, the cluster's own first.
    ///
    /// @param configured those of the range `kubernetes` as long as there is no such object
    List<String> ranges(List<String> configured) {
        Resource resource = resources.require(Kinds.SERVICE_CIDR);
        List<String> first = configured;
        List<String> further = new ArrayList<>();
        for (Entry entry : reader.page(resource, new Reader.Query("", null, 0, 0, "")).entries()) {
            KubeObject range = resource.object(entry);
            boolean usable = !range.isDeleting() && isReady(range);
            List<String> told = usable ? range.spec().array("cidrs").strings() : List.of();
            if (range.name().equals(DEFAULT_RANGE)) {
                first = told;
            } else {
                further.addAll(told);
            }
        }
        List<String> all = new ArrayList<>(first);
        all.addAll(further);
        return all.stream().distinct().toList();
    }

    /// One that nothing was told of yet counts as ready.
    private static boolean isReady(KubeObject range) {
        for (JsonObject condition : range.status().array("conditions").objects()) {
            if (condition.string("type").equals("Ready")) {
                return condition.string("status").equals("True");
            }
        }
        return true;
    }
}
