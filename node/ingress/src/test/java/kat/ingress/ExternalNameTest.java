package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static kat.ingress.IngressObjects.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kat.api.KubeObject;
import kat.ingress.proxy.FrontConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers outside of the cluster, by name.
class ExternalNameTest {

    private static final String HOST = "a.example.com";
    private static final String NAME = "far.example.com";

    private final TestResolver resolver = new TestResolver();
    private TestServer far;
    private TestServer near;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        far = new TestServer("far", TestResolver.FAR);
        near = new TestServer("near");
        ingress = new TestIngress(FrontConfig.defaults(2), resolver);
        ingress.put(service("near"), slice("near", 1, near.port()));
    }

    @AfterEach
    void stops() {
        resolver.answer();
        ingress.close();
        far.close();
        near.close();
    }

    private static KubeObject external(String service, String name, int port) {
        return yaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: default}
                spec:
                  type: ExternalName
                  externalName: %s
                  ports: [{port: 80, targetPort: %d}]
                """
                        .formatted(service, name, port));
    }

    private int serve(String name, int port) throws Exception {
        ingress.put(external("out", name, port));
        ingress.put(ingress("a", "", rule(HOST, "/", "Prefix", "out")));
        return ingress.port();
    }

    private void awaitTold(String text) throws Exception {
        TestIngress.await(() -> ingress.api().events().toString().contains(text));
    }

    @Test
    void leadsToTheAddressesOfItsName() throws Exception {
        resolver.put(NAME, "127.0.0.2");
        int port = serve(NAME, far.port());

        assertTrue(RawHttp.get(port, HOST, "/x").body().startsWith("far GET /x\n"), "far answers");
    }

    @Test
    void leadsToAServiceWhoseNameItHas() throws Exception {
        int port = serve("near.default.svc.cluster.local", 80);

        assertTrue(
                RawHttp.get(port, HOST, "/x").body().startsWith("near GET /x\n"), "near answers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "169.254.169.254", "0.0.0.0"})
    void isRefusedForAddressesOfTheNode(String address) throws Exception {
        resolver.put(NAME, "127.0.0.2", address);
        int port = serve(NAME, near.port());

        assertEquals(503, RawHttp.get(port, HOST, "/").status());
        awaitTold("an address of the node");
    }

    @Test
    void isToldWhenItCannotBeResolved() throws Exception {
        int port = serve(NAME, 80);

        assertEquals(503, RawHttp.get(port, HOST, "/").status());
        awaitTold("name far.example.com cannot be resolved");
    }

    @Test
    void endsWhereServicesLeadToEachOther() throws Exception {
        ingress.put(external("back", "out.default.svc", 80));
        int port = serve("back.default.svc", 80);

        assertEquals(503, RawHttp.get(port, HOST, "/").status());
        awaitTold("is one more of type ExternalName");
    }

    @Test
    void holdsNoOthersUpWhileNobodyAnswers() throws Exception {
        ingress.put(ingress("b", "", rule("b.example.com", "/", "Prefix", "near")));
        int port = ingress.port();
        ingress.put(external("out", TestResolver.SILENT, far.port()));
        ingress.put(ingress("a", "", rule(HOST, "/", "Prefix", "out")));
        TestIngress.await(() -> RawHttp.get(port, HOST, "/").status() == 503);

        ingress.put(ingress("c", "", rule("c.example.com", "/", "Prefix", "near")));
        TestIngress.await(() -> RawHttp.get(port, "c.example.com", "/").status() == 200);
        assertEquals(200, RawHttp.get(port, "b.example.com", "/").status());

        resolver.put(TestResolver.SILENT, "127.0.0.2");
        resolver.answer();
        TestIngress.await(() -> RawHttp.get(port, HOST, "/").status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"far", "near"})
    void authenticatorsFollowTheSameRules(String which) throws Exception {
        boolean isFar = which.equals("far");
        resolver.put(NAME, isFar ? "127.0.0.2" : "127.0.0.1");
        int asked = isFar ? far.port() : near.port();
        ingress.put(
                ingress(
                        "a",
                        "auth-url: http://" + NAME + ":" + asked + "/ask",
                        rule(HOST, "/", "Prefix", "near")));

        assertEquals(isFar ? 200 : 500, RawHttp.get(ingress.port(), HOST, "/").status());
    }
}
