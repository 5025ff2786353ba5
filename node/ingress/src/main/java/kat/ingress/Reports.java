package kat.ingress;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.EventRecorder;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.ingress.route.Problem;

/// Tells on each Ingress where it is served and what of it is not.
///
/// **Threads:** one.
final class Reports {

    static final String COMPONENT = "kat-ingress";

    private static final Logger LOG = System.getLogger("kat.ingress");

    private final Transport transport;
    private final EventRecorder events;
    private final Map<String, List<Problem>> told = new HashMap<>(); // by uid
    private final Map<String, JsonObject> written = new HashMap<>(); // by uid

    Reports(Transport transport, EventRecorder events) {
        this.transport = transport;
        this.events = events;
    }

    /// Records what became wrong since the last time.
    void tell(KubeObject ingress, List<Problem> problems) {
        List<Problem> before = told.getOrDefault(ingress.uid(), List.of());
        told.put(ingress.uid(), problems);
        for (Problem problem : problems) {
            if (!before.contains(problem)) {
                events.record(Change.Emit.warning(ingress, problem.reason(), problem.message()));
            }
        }
    }

    /// Writes where an Ingress is served into its status. What another server of the same cluster
    /// wrote after that stays.
    void writeStatus(KubeObject ingress, List<String> hosts, Listening listening) {
        JsonObject wanted = balancer(hosts, listening);
        JsonObject present = ingress.status().object("loadBalancer");
        boolean done = Objects.equals(wanted, written.get(ingress.uid())) && !present.isEmpty();
        if (present.equals(wanted) || done) {
            return;
        }
        JsonObject status = JsonObject.of("loadBalancer", wanted);
        try {
            transport.patch(
                    Kinds.INGRESS,
                    ingress.key(),
                    Patch.merge(JsonObject.of("status", status)),
                    WriteOptions.by(COMPONENT).on("status"));
            if (!wanted.equals(written.put(ingress.uid(), wanted))) {
                String where = listening.urls(hosts.getFirst());
                events.record(Change.Emit.normal(ingress, "Sync", "Served at " + where));
            }
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "status not written ingress={0} error={1}",
                    ingress.key(),
                    e.getMessage());
        }
    }

    private static JsonObject balancer(List<String> hosts, Listening listening) {
        JsonArray ports = JsonArray.of(port(listening.http()), port(listening.https()));
        List<Json> addresses = new ArrayList<>();
        for (String host : hosts) {
            addresses.add(JsonObject.builder().put("ip", host).put("ports", ports).build());
        }
        return JsonObject.of("ingress", new JsonArray(addresses));
    }

    private static JsonObject port(int number) {
        return JsonObject.builder().put("port", number).put("protocol", "TCP").build();
    }

    /// Forgets all Ingress objects but these.
    void keepOnly(Set<String> uids) {
        told.keySet().retainAll(uids);
        written.keySet().retainAll(uids);
    }
}
