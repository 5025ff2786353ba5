package kat.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.testing.ReadOnlyTransport;

/// A small cluster for DNS tests.
final class DnsFixtures {

    private DnsFixtures() {}

    static DnsConfig config(Path resolvers) {
        return new DnsConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "cluster.local",
                5,
                List.of("96.10.in-addr.arpa", "244.10.in-addr.arpa"),
                resolvers,
                Set.of("10.96.0.10"));
    }

    /// Two namespaces; a Service, a headless one, an external name; nothing ready in one of them.
    static void fill(ReadOnlyTransport api) {
        api.put(Kinds.NAMESPACE, object("{'metadata':{'name':'default'}}"));
        api.put(Kinds.NAMESPACE, object("{'metadata':{'name':'empty'}}"));
        api.put(
                Kinds.SERVICE,
                service(
                        "web",
                        "'clusterIP':'10.96.0.20','clusterIPs':['10.96.0.20','fd00::20'],'ports':["
                                + "{'name':'http','port':80,'protocol':'TCP'},"
                                + "{'name':'dns','port':53,'protocol':'UDP'}]"));
        api.put(
                Kinds.SERVICE,
                service(
                        "db",
                        "'clusterIP':'None','clusterIPs':['None'],"
                                + "'ports':[{'name':'sql','port':5432,'protocol':'TCP'}]"));
        api.put(
                Kinds.SERVICE,
                service("idle", "'clusterIP':'None','ports':[{'port':80,'protocol':'TCP'}]"));
        api.put(
                Kinds.SERVICE,
                service("far", "'type':'ExternalName','externalName':'www.example.com'"));
        api.put(
                Kinds.SERVICE,
                service(
                        "near",
                        "'type':'ExternalName','externalName':'web.default.svc.cluster.local.'"));
        api.put(
                Kinds.ENDPOINT_SLICE,
                slice(
                        "db",
                        "'ports':[{'name':'sql','port':5432,'protocol':'TCP'}],'endpoints':["
                                + "{'addresses':['10.244.0.5'],'hostname':'db-0',"
                                + "'conditions':{'ready':true}},"
                                + "{'addresses':['10.244.0.6'],'conditions':{'ready':true}},"
                                + "{'addresses':['10.244.0.7'],'conditions':{'ready':false}}]"));
        api.put(
                Kinds.ENDPOINT_SLICE,
                slice(
                        "idle",
                        "'ports':[{'name':'','port':80,'protocol':'TCP'}],'endpoints':["
                                + "{'addresses':['10.244.0.9'],'conditions':{'ready':false}}]"));
    }

    static KubeObject service(String name, String spec) {
        return object(
                "{'metadata':{'name':'" + name + "','namespace':'default'},'spec':{" + spec + "}}");
    }

    static KubeObject slice(String service, String rest) {
        return object(
                "{'metadata':{'name':'"
                        + service
                        + "-1','namespace':'default','labels':{'kubernetes.io/service-name':'"
                        + service
                        + "'}},'addressType':'IPv4',"
                        + rest
                        + "}");
    }

    static KubeObject object(String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return new KubeObject((JsonObject) Json.parse(bytes));
    }
}
