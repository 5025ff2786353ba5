package kat.addons;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.Written;
import org.jspecify.annotations.Nullable;

/// What Helm leaves of an add-on: data that people may want to keep, custom resource
/// definitions, and the namespace.
///
/// Definitions of an add-on have the label `kat.dev/addon`, so that those of others stay.
///
/// **Threads:** one.
final class Leftovers {

    private static final String KEEPS_DATA = "kat.dev/keeps-data";
    private static final String DELETE_DATA = "kat.dev/delete-data";

    /// Kinds that controllers and programs make as they go.
    private static final Set<String> OF_THE_CLUSTER =
            Set.of("Event", "EndpointSlice", "Endpoints", "Lease");

    /// What each namespace has: an account, and the cluster's certificate.
    private static final Set<String> IN_EACH = Set.of("default", "kube-root-ca.crt");

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Transport transport;
    private final String name;
    private final Ticker ticker;

    Leftovers(Transport transport, String name, Ticker ticker) {
        this.transport = transport;
        this.name = name;
        this.ticker = ticker;
    }

    /// What would be lost, each in some words; empty for nothing.
    List<String> data() {
        List<String> data = new ArrayList<>();
        for (KubeObject claim : claims()) {
            String size = claim.spec().at("resources", "requests").string("storage");
            data.add("PersistentVolumeClaim " + claim.key() + " of " + size);
        }
        KubeObject map = switchOfProgram();
        if (map != null && map.annotation(KEEPS_DATA).equals("true")) {
            data.add("files of its program");
        }
        for (KubeObject definition : definitions()) {
            int count = transport.list(kind(definition), ListQuery.ALL).items().size();
            if (count > 0) {
                data.add(count + " objects of " + definition.name());
            }
        }
        return data;
    }

    private List<KubeObject> claims() {
        return transport
                .list(Kinds.PERSISTENT_VOLUME_CLAIM, ListQuery.in(Addon.namespace(name)))
                .items();
    }

    private @Nullable KubeObject switchOfProgram() {
        return find(transport, Kinds.CONFIG_MAP, ObjectKey.of(Addons.SYSTEM, name));
    }

    private List<KubeObject> definitions() {
        ListQuery own = new ListQuery("", Release.ADDON + "=" + name, "", 0, "");
        return transport.list(Kinds.CUSTOM_RESOURCE_DEFINITION, own).items();
    }

    private static Kind kind(KubeObject definition) {
        JsonObject names = definition.spec().object("names");
        String version =
                definition.spec().array("versions").objects().stream()
                        .filter(each -> each.bool("served"))
                        .findFirst()
                        .orElse(JsonObject.EMPTY)
                        .string("name");
        return new Kind(
                definition.spec().string("group"),
                version,
                names.string("kind"),
                names.string("plural"),
                names.string("singular"),
                definition.spec().string("scope").equals("Namespaced"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "");
    }

    /// Has the server delete the program's files once it ends.
    void markForDeletion() {
        KubeObject map = switchOfProgram();
        if (map != null) {
            JsonObject annotation =
                    JsonObject.EMPTY.withAt(
                            Json.of("true"), "metadata", "annotations", DELETE_DATA);
            Written unused =
                    transport.patch(
                            Kinds.CONFIG_MAP,
                            map.key(),
                            Patch.merge(annotation),
                            WriteOptions.by("kat"));
        }
    }

    /// Deletes definitions and the namespace with its claims, and waits until volumes are gone,
    /// too.
    void delete(String namespace) throws InterruptedException {
        for (KubeObject definition : definitions()) {
            delete(Kinds.CUSTOM_RESOURCE_DEFINITION, definition.key());
        }
        List<ObjectKey> volumes = volumes(namespace);
        deleteNamespace(namespace);
        for (ObjectKey volume : volumes) {
            awaitGone(transport, Kinds.PERSISTENT_VOLUME, volume, ticker);
        }
    }

    /// Volumes of its claims that go with them.
    private List<ObjectKey> volumes(String namespace) {
        return transport.list(Kinds.PERSISTENT_VOLUME, ListQuery.ALL).items().stream()
                .filter(
                        volume ->
                                volume.spec()
                                                .object("claimRef")
                                                .string("namespace")
                                                .equals(namespace)
                                        && volume.spec()
                                                .string("persistentVolumeReclaimPolicy")
                                                .equals("Delete"))
                .map(KubeObject::key)
                .toList();
    }

    /// Deletes a namespace that holds nothing but what the cluster itself puts there.
    void deleteNamespaceUnlessUsed(String namespace) throws InterruptedException {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kinds.builtIn().all()) {
            if (kind.verbs().contains("list")) {
                kinds.add(kind);
            }
        }
        transport.list(Kinds.CUSTOM_RESOURCE_DEFINITION, ListQuery.ALL).items().stream()
                .map(Leftovers::kind)
                .forEach(kinds::add);
        boolean used =
                kinds.stream()
                        .filter(kind -> kind.namespaced() && !OF_THE_CLUSTER.contains(kind.kind()))
                        .anyMatch(kind -> isUsed(kind, namespace));
        if (!used) {
            deleteNamespace(namespace);
        }
    }

    private boolean isUsed(Kind kind, String namespace) {
        try {
            return transport.list(kind, ListQuery.in(namespace)).items().stream()
                    .anyMatch(each -> !each.isDeleting() && !IN_EACH.contains(each.name()));
        } catch (StatusException e) {
            if (e.is("NotFound") || e.is("MethodNotAllowed")) {
                return false;
            }
            throw e;
        }
    }

    void deleteNamespace(String namespace) throws InterruptedException {
        ObjectKey key = ObjectKey.of("", namespace);
        delete(Kinds.NAMESPACE, key);
        awaitGone(transport, Kinds.NAMESPACE, key, ticker);
    }

    private void delete(Kind kind, ObjectKey key) {
        try {
            Written unused = transport.delete(kind, key, DeleteOptions.NONE);
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    static @Nullable KubeObject find(Transport transport, Kind kind, ObjectKey key) {
        try {
            return transport.get(kind, key);
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                return null;
            }
            throw e;
        }
    }

    /// @throws AddonException when it is still there after two minutes
    static void awaitGone(Transport transport, Kind kind, ObjectKey key, Ticker ticker)
            throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE, ticker);
        while (find(transport, kind, key) != null) {
            if (deadline.isOver(ticker)) {
                throw new AddonException(
                        kind.kind()
                                + " "
                                + key
                                + " is still there after "
                                + PATIENCE.toSeconds()
                                + " s");
            }
            ticker.sleep(PAUSE);
        }
    }
}
