package kat.ingress.route;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static kat.ingress.IngressObjects.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.ingress.IngressObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects in, table and problems out.
class RouteCompilerTest {

    private final Objects objects = new Objects();

    /// Objects that a test puts.
    private static final class Objects implements World {

        private final List<KubeObject> all = new ArrayList<>();
        private final Map<String, KubeObject> named = new HashMap<>();

        Objects put(KubeObject... objects) {
            for (KubeObject object : objects) {
                all.add(object);
                named.put(object.kind() + " " + object.key(), object);
            }
            return this;
        }

        private List<KubeObject> of(String kind) {
            return all.stream().filter(object -> object.kind().equals(kind)).toList();
        }

        @Override
        public List<KubeObject> ingresses() {
            return of("Ingress");
        }

        @Override
        public List<KubeObject> classes() {
            return List.of(IngressObjects.ingressClass());
        }

        @Override
        public KubeObject service(ObjectKey key) {
            return named.get("Service " + key);
        }

        @Override
        public Collection<KubeObject> slices(ObjectKey service) {
            return of("EndpointSlice").stream()
                    .filter(
                            slice ->
                                    slice.label("kubernetes.io/service-name")
                                            .equals(service.name()))
                    .toList();
        }

        @Override
        public KubeObject secret(ObjectKey key) {
            return named.get("Secret " + key);
        }

        @Override
        public KubeObject configMap(ObjectKey key) {
            return named.get("ConfigMap " + key);
        }

        @Override
        public Resolved resolved(String name) {
            return new Resolved(List.of(), "cannot be resolved");
        }
    }

    private Routing compile() {
        return RouteCompiler.compile(objects);
    }

    private String found(String host, String path) {
        Route route = compile().table().find(host, path);
        return route == null ? "" : route.ingress().name();
    }

    private List<String> problems(String ingress) {
        return compile()
                .problems()
                .getOrDefault(ObjectKey.of("default", ingress), List.of())
                .stream()
                .map(Problem::toString)
                .toList();
    }

    /// The table of Kubernetes' own page on Ingress.
    @ParameterizedTest
    @CsvSource({
        "Prefix, /, /any, true",
        "Exact, /foo, /foo, true",
        "Exact, /foo, /bar, false",
        "Exact, /foo, /foo/, false",
        "Exact, /foo/, /foo, false",
        "Prefix, /foo, /foo, true",
        "Prefix, /foo, /foo/, true",
        "Prefix, /foo/, /foo, true",
        "Prefix, /foo/, /foo/, true",
        "Prefix, /aaa/bb, /aaa/bbb, false",
        "Prefix, /aaa/bbb, /aaa/bbb, true",
        "Prefix, /aaa/bbb/, /aaa/bbb, true",
        "Prefix, /aaa/bbb, /aaa/bbb/, true",
        "Prefix, /aaa/bbb, /aaa/bbb/ccc, true",
        "Prefix, /aaa/bbb, /aaa/bbbxyz, false",
        "ImplementationSpecific, /foo, /foobar, true",
    })
    void matchesPathsByTheirType(String type, String path, String asked, boolean matches) {
        objects.put(ingress("a", "", rule("", path, type, "one")));

        assertEquals(matches ? "a" : "", found("any", asked));
    }

    @Test
    void triesTheLongestPathFirstAndExactOnesBeforeOthers() {
        objects.put(
                ingress("short", "", rule("h", "/a", "Prefix", "one")),
                ingress("long", "", rule("h", "/a/b", "Prefix", "one")),
                ingress("exact", "", rule("h", "/a/b", "Exact", "one")));

        assertEquals("exact", found("h", "/a/b"));
        assertEquals("long", found("h", "/a/b/c"));
        assertEquals("short", found("h", "/a/c"));
    }

    @ParameterizedTest
    @CsvSource({
        "bar.foo.com, star",
        "baz.bar.foo.com, any",
        "foo.com, exact",
        "other.com, any",
    })
    void choosesTheMostSpecificHost(String host, String ingress) {
        objects.put(
                ingress("any", "", rule("", "/", "Prefix", "one")),
                ingress("star", "", rule("*.foo.com", "/", "Prefix", "one")),
                ingress("exact", "", rule("foo.com", "/", "Prefix", "one")));

        assertEquals(ingress, found(host, "/"));
    }

    @Test
    void leavesOutIngressObjectsOfOtherClasses() {
        KubeObject other =
                ingress("a", "", rule("", "/", "Prefix", "one"))
                        .withSpec(spec -> spec.with("ingressClassName", "traefik"));
        KubeObject none =
                ingress("b", "", rule("", "/", "Prefix", "one"))
                        .withSpec(spec -> spec.without("ingressClassName"));
        KubeObject legacy =
                ingress("c", "", rule("c", "/", "Prefix", "one"))
                        .withSpec(spec -> spec.without("ingressClassName"))
                        .withMetadata(
                                metadata ->
                                        metadata.change(
                                                "annotations",
                                                all ->
                                                        all.with(
                                                                "kubernetes.io/ingress.class",
                                                                "nginx")));
        objects.put(other, none, legacy);

        assertEquals("", found("any", "/"));
        assertEquals("c", found("c", "/"));
    }

    @Test
    void takesServersThatAreReadyAndElseThoseThatEnd() {
        objects.put(
                service("one"),
                slice("one", 1, 8001),
                slice("one", 2, 8002, "ready: false"),
                slice("one", 3, 8003, "ready: false, serving: true, terminating: true"),
                service("ending"),
                slice("ending", 1, 8004, "ready: false, serving: true, terminating: true"),
                ingress("a", "", rule("", "/", "Prefix", "one")),
                ingress("b", "", rule("", "/b", "Prefix", "ending")));
        RouteTable table = compile().table();

        assertEquals("[127.0.0.1:8001]", table.find("x", "/").upstream().endpoints().toString());
        assertEquals("[127.0.0.1:8004]", table.find("x", "/b").upstream().endpoints().toString());
    }

    @Test
    void findsPortsByNumberAndByName() {
        objects.put(
                service("one"),
                slice("one", 1, 8001),
                ingress(
                        "a",
                        "",
                        rule("", "/", "Prefix", "one").replace("{number: 80}", "{name: http}")),
                ingress(
                        "b",
                        "",
                        rule("", "/b", "Prefix", "one").replace("{number: 80}", "{number: 81}")));

        assertEquals(1, compile().table().find("x", "/").upstream().endpoints().size());
        assertTrue(problems("b").getFirst().contains("Service default/one has no port 81"));
    }

    @Test
    void usesTheDefaultBackendForWhatNoRuleMatches() {
        objects.put(
                ingress(
                        "all",
                        "",
                        "  defaultBackend: {service: {name: one, port: {number: 80}}}\n"),
                ingress("a", "", rule("h", "/a", "Prefix", "one")));

        assertEquals("all", found("other", "/x"));
        assertEquals("a", found("h", "/a"));
        assertEquals("all", found("h", "/x"));
    }

    @Test
    void leavesOthersAloneWhenOneIsBroken() {
        objects.put(
                ingress("good", "", rule("good", "/", "Prefix", "one")),
                ingress(
                        "broken",
                        "use-regex: \"true\"",
                        rule("broken", "/(", "ImplementationSpecific", "one")),
                ingress("late", "", rule("good", "/", "Prefix", "two")),
                ingress("odd", "proxy-body-size: much", rule("odd", "/", "Prefix", "one")));
        objects.put(service("one"), service("two"));

        assertEquals("good", found("good", "/"));
        assertEquals("", found("broken", "/"));
        assertEquals("odd", found("odd", "/"));
        assertTrue(problems("broken").getFirst().contains("InvalidRule"));
        assertTrue(problems("late").getFirst().contains("of another rule already"));
        assertTrue(problems("odd").getFirst().contains("must be a size such as 8m"));
        assertEquals(List.of(), problems("good"));
    }

    @Test
    void tellsOfNamesWithoutAddressesAndOfResources() {
        objects.put(
                yaml(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: far, namespace: default}
                        spec: {type: ExternalName, externalName: example.com, ports: [{port: 80}]}
                        """),
                ingress("a", "", rule("", "/", "Prefix", "far")),
                ingress(
                        "b",
                        "",
                        """
                          defaultBackend:
                            resource: {apiGroup: k8s.example.com, kind: Bucket, name: icons}
                        """));

        assertTrue(problems("a").getFirst().contains("name example.com cannot be resolved"));
        assertTrue(problems("b").getFirst().contains("resources as backends"));
    }

    @Test
    void tellsOfACanaryWithoutARule() {
        objects.put(
                service("one"), ingress("a", "canary: \"true\"", rule("h", "/", "Prefix", "one")));

        assertEquals("", found("h", "/"));
        assertTrue(problems("a").getFirst().contains("which no other Ingress has"));
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a%2Fb, /a/b",
        "/a//b/./c/../d, /a/b/d",
        "/%61?x=%2e, /a",
        "/a/.., /",
        "/a/., /a/",
    })
    void bringsPathsIntoOneForm(String uri, String path) {
        assertEquals(path, Paths.normalize(uri));
    }

    @ParameterizedTest
    @CsvSource({"/..", "/a/../..", "/%", "/%2", "/%zz", "/%00", "a", "/%2e%2e/x"})
    void refusesPathsThatLeaveTheRoot(String uri) {
        assertNull(Paths.normalize(uri));
    }
}
