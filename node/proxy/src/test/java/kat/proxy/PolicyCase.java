package kat.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;

/// A case of `policies.yaml`, whose head says what stands there.
record PolicyCase(String name, List<Step> steps) {

    /// The pods, in the order of their addresses.
    static final List<String> PODS = List.of("x/a", "x/b", "x/c", "y/a", "y/b", "y/c", "z/a");

    static final List<Integer> PORTS = List.of(80, 81);

    private static final int FIRST_ADDRESS = 10;

    /// @param objects all policies, and the pods and namespaces that change
    /// @param refused by protocol and port, for example `tcp 80`: `FROM > TO` for each that fails
    record Step(Changes objects, SequencedMap<String, Set<String>> refused) {}

    record Changes(List<KubeObject> policies, List<KubeObject> pods, List<KubeObject> namespaces) {}

    static List<PolicyCase> all() {
        List<PolicyCase> cases = new ArrayList<>();
        Json table = Objects.requireNonNull(Yaml.parse(text()));
        for (JsonObject tree : ((JsonArray) table).objects()) {
            List<Step> steps = new ArrayList<>();
            tree.array("steps").objects().forEach(step -> steps.add(step(step)));
            cases.add(new PolicyCase(tree.string("name"), steps));
        }
        return cases;
    }

    static String address(String pod) {
        return "10.244.0." + (FIRST_ADDRESS + PODS.indexOf(pod));
    }

    /// Pods and namespaces as they are before a case.
    static Changes start() {
        List<KubeObject> pods = new ArrayList<>();
        List<KubeObject> namespaces = new ArrayList<>();
        for (String pod : PODS) {
            pods.add(pod(pod, JsonObject.of("pod", Json.of(pod.substring(2)))));
        }
        for (String name : List.of("x", "y", "z")) {
            namespaces.add(namespace(name, JsonObject.of("ns", Json.of(name))));
        }
        return new Changes(List.of(), pods, namespaces);
    }

    @Override
    public String toString() {
        return name;
    }

    private static String text() {
        try (InputStream in = PolicyCase.class.getResourceAsStream("policies.yaml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Step step(JsonObject tree) {
        List<KubeObject> policies = new ArrayList<>();
        tree.object("policies").forEach((key, spec) -> policies.add(policy(key, spec)));
        List<KubeObject> pods = new ArrayList<>();
        tree.object("pods").forEach((key, labels) -> pods.add(pod(key, (JsonObject) labels)));
        List<KubeObject> namespaces = new ArrayList<>();
        tree.object("namespaces")
                .forEach((name, labels) -> namespaces.add(namespace(name, (JsonObject) labels)));
        SequencedMap<String, Set<String>> refused = new LinkedHashMap<>();
        for (String field : tree.names()) {
            if (field.contains(" ")) {
                refused.put(field, refused(tree.string(field)));
            }
        }
        return new Step(new Changes(policies, pods, namespaces), refused);
    }

    private static Set<String> refused(String text) {
        TreeSet<String> refused = new TreeSet<>();
        for (String line : text.isEmpty() ? new String[0] : text.split(", ", -1)) {
            String[] words = line.split(" ", -1);
            for (String from : PODS) {
                for (String to : PODS) {
                    if (matches(words[0], from) && matches(words[2], to) && !from.equals(to)) {
                        String pair = from + " > " + to;
                        boolean unused =
                                words[3].equals("no") ? refused.add(pair) : refused.remove(pair);
                    }
                }
            }
        }
        return refused;
    }

    private static boolean matches(String pattern, String pod) {
        return pattern.endsWith("*")
                ? pod.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(pod);
    }

    static KubeObject policy(String key, Json spec) {
        return object("networking.k8s.io/v1", "NetworkPolicy", key, JsonObject.EMPTY)
                .withTree(tree -> tree.with("spec", spec));
    }

    static KubeObject pod(String key, JsonObject labels) {
        List<Json> ports = new ArrayList<>();
        for (int port : PORTS) {
            for (String protocol : List.of("TCP", "UDP")) {
                String word = protocol.equals("TCP") ? "tcp" : "udp";
                ports.add(
                        JsonObject.builder()
                                .put("name", "serve-" + port + "-" + word)
                                .put("protocol", protocol)
                                .put("containerPort", port)
                                .build());
            }
        }
        JsonObject container = JsonObject.of("ports", new JsonArray(ports));
        return object("v1", "Pod", key, labels)
                .withSpec(
                        _ ->
                                JsonObject.builder()
                                        .put("nodeName", "node-a")
                                        .put("containers", JsonArray.of(container))
                                        .build())
                .withStatus(
                        _ ->
                                JsonObject.builder()
                                        .put("phase", "Running")
                                        .put("podIP", address(key))
                                        .build());
    }

    static KubeObject namespace(String name, JsonObject labels) {
        return object("v1", "Namespace", name, labels.with("kubernetes.io/metadata.name", name));
    }

    private static KubeObject object(String version, String kind, String key, JsonObject labels) {
        int slash = key.indexOf('/');
        JsonObject.Builder metadata =
                JsonObject.builder().put("name", key.substring(slash + 1)).put("labels", labels);
        if (slash > 0) {
            metadata.put("namespace", key.substring(0, slash));
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", version)
                        .put("kind", kind)
                        .put("metadata", metadata.build())
                        .build());
    }
}
