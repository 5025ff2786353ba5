package kat.apiserver.webhook;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;

/// Finds the addresses behind a Service: those of its ready endpoints, else its own.
public final class ServiceEndpoints {

    private final Reader reader;
    private final Resources resources;

    public ServiceEndpoints(Reader reader, Resources resources) {
        this.reader = reader;
        this.resources = resources;
    }

    /// @throws WebhookException when there is no such Service or port, or nothing behind it
    public List<InetSocketAddress> find(String namespace, String name, int number)
            throws WebhookException {
        Resource services = resources.require(Kinds.SERVICE);
        Entry entry = reader.find(services, new ObjectKey(namespace, name));
        if (entry == null) {
            throw new WebhookException("service \"" + name + "\" not found");
        }
        KubeObject service = services.object(entry);
        if (service.spec().string("type").equals("ExternalName")) {
            return List.of(new InetSocketAddress(service.spec().string("externalName"), number));
        }
        for (JsonObject port : service.spec().array("ports").objects()) {
            if (port.integer("port", 0) == number) {
                return behind(service, port, number);
            }
        }
        throw new WebhookException(
                "no service port " + number + " found for service \"" + name + "\"");
    }

    private List<InetSocketAddress> behind(KubeObject service, JsonObject port, int number)
            throws WebhookException {
        List<InetSocketAddress> found = new ArrayList<>();
        Resource slices = resources.require(Kinds.ENDPOINT_SLICE);
        String label = "kubernetes.io/service-name=" + service.name();
        Reader.Query query =
                new Reader.Query(service.namespace(), Filters.of(slices, label, ""), 0, 0, "");
        for (Entry entry : reader.page(slices, query).entries()) {
            collect(slices.object(entry), port.string("name"), found);
        }
        String own = service.spec().string("clusterIP");
        if (found.isEmpty() && !own.isEmpty() && !own.equals("None")) {
            found.add(new InetSocketAddress(own, number));
        }
        if (found.isEmpty()) {
            throw new WebhookException(
                    "no endpoints available for service \"" + service.name() + "\"");
        }
        return found;
    }

    private static void collect(KubeObject slice, String portName, List<InetSocketAddress> found) {
        for (JsonObject port : slice.tree().array("ports").objects()) {
            if (!port.string("name").equals(portName)) {
                continue;
            }
            for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
                List<String> addresses = endpoint.array("addresses").strings();
                if (endpoint.object("conditions").bool("ready", true) && !addresses.isEmpty()) {
                    int number = (int) port.integer("port", 0);
                    found.add(new InetSocketAddress(addresses.getFirst(), number));
                }
            }
        }
    }
}
