package kat.scheduler.extender;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.client.kubeconfig.Kubeconfig;
import org.jspecify.annotations.Nullable;

/// An extender: a server that takes nodes away, scores those that are left, or binds pods.
///
/// **Threads:** any; each question waits for the answer, no longer than the configured time.
///
/// **Source:** kube-scheduler `extender.go`; `k8s.io/kube-scheduler/extender/v1`.
public final class HttpExtender {

    /// What one point of an extender counts: theirs go to 10, the scheduler's to 100.
    private static final long POINT = 10;

    /// Far above what the nodes of the largest clusters take.
    private static final int MOST_BYTES = 256 << 20;

    private static final int OK = 200;

    private final ExtenderConfig config;
    private final HttpClient client;

    /// @throws kat.client.kubeconfig.KubeconfigException when certificates cannot be used
    public HttpExtender(ExtenderConfig config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(config.timeout());
        if (config.tls().bool("enabled")) {
            builder.sslContext(tls(config.tls()).tls());
        }
        this.client = builder.build();
    }

    private static Kubeconfig tls(JsonObject tls) {
        boolean hasAuthority = tls.has("caFile") || tls.has("caData");
        JsonObject cluster =
                JsonObject.builder()
                        .put("insecure-skip-tls-verify", tls.bool("insecure") || !hasAuthority)
                        .putUnlessEmpty("certificate-authority", tls.string("caFile"))
                        .putUnlessEmpty("certificate-authority-data", tls.string("caData"))
                        .build();
        JsonObject user =
                JsonObject.builder()
                        .putUnlessEmpty("client-certificate", tls.string("certFile"))
                        .putUnlessEmpty("client-certificate-data", tls.string("certData"))
                        .putUnlessEmpty("client-key", tls.string("keyFile"))
                        .putUnlessEmpty("client-key-data", tls.string("keyData"))
                        .build();
        return new Kubeconfig(Path.of(""), cluster, user, "");
    }

    /// Those of a configuration; those that may fail come last.
    public static List<HttpExtender> of(List<ExtenderConfig> configs) {
        return configs.stream()
                .sorted(Comparator.comparing(ExtenderConfig::isIgnorable))
                .map(HttpExtender::new)
                .toList();
    }

    /// What an extender says of nodes.
    ///
    /// @param suited names of nodes
    /// @param refused why others do not suit now
    /// @param hopeless why others never suit
    public record Answer(
            List<String> suited,
            SequencedMap<String, String> refused,
            SequencedMap<String, String> hopeless) {
        public Answer {
            suited = List.copyOf(suited);
        }
    }

    /// The extender did not answer, or its answer is an error.
    public static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    public boolean isIgnorable() {
        return config.isIgnorable();
    }

    public boolean binds() {
        return !config.verbs().bind().isEmpty();
    }

    /// Whether it is asked about a pod at all.
    public boolean isInterested(KubeObject pod) {
        if (config.managed().isEmpty()) {
            return true;
        }
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                JsonObject resources = container.object("resources");
                for (String name : config.managed()) {
                    if (resources.object("requests").has(name)
                            || resources.object("limits").has(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Which of the nodes suit a pod.
    ///
    /// @param nodes by name
    public Answer filter(
            KubeObject pod, List<String> names, Function<String, @Nullable KubeObject> nodes)
            throws Failure {
        if (config.verbs().filter().isEmpty()) {
            return new Answer(names, new LinkedHashMap<>(), new LinkedHashMap<>());
        }
        JsonObject result = object(ask(config.verbs().filter(), arguments(pod, names, nodes)));
        String error = text(result, "Error");
        if (!error.isEmpty()) {
            throw new Failure(error);
        }
        List<String> suited = new ArrayList<>();
        if (config.knowsNodes() && field(result, "NodeNames") instanceof JsonArray list) {
            suited.addAll(list.strings());
        } else if (field(result, "Nodes") instanceof JsonObject list) {
            list.array("items").objects().forEach(n -> suited.add(new KubeObject(n).name()));
        }
        Set<String> asked = new HashSet<>(names);
        for (String name : suited) {
            if (!asked.contains(name)) {
                throw new Failure(
                        "extender \""
                                + config.url()
                                + "\" claims a filtered node \""
                                + name
                                + "\" which is not found in the input node list");
            }
        }
        SequencedMap<String, String> hopeless =
                object(field(result, "FailedAndUnresolvableNodes")).strings();
        SequencedMap<String, String> refused = object(field(result, "FailedNodes")).strings();
        refused.keySet().removeAll(hopeless.keySet());
        return new Answer(suited, refused, hopeless);
    }

    /// How well nodes suit a pod, on the scheduler's scale; empty when it has no opinion.
    ///
    /// @param nodes by name
    public Map<String, Long> prioritize(
            KubeObject pod, List<String> names, Function<String, @Nullable KubeObject> nodes)
            throws Failure {
        Map<String, Long> scores = new LinkedHashMap<>();
        if (config.verbs().prioritize().isEmpty()) {
            return scores;
        }
        Json result = ask(config.verbs().prioritize(), arguments(pod, names, nodes));
        if (result instanceof JsonArray list) {
            for (JsonObject each : list.objects()) {
                long score =
                        field(each, "Score") instanceof JsonNumber number ? number.longValue() : 0;
                String host = text(each, "Host");
                scores.merge(host, score * config.weight() * POINT, Long::sum);
            }
        }
        return scores;
    }

    /// Lets the extender bind a pod.
    public void bind(KubeObject pod, String node) throws Failure {
        JsonObject arguments =
                JsonObject.builder()
                        .put("PodName", pod.name())
                        .put("PodNamespace", pod.namespace())
                        .put("PodUID", pod.uid())
                        .put("Node", node)
                        .build();
        JsonObject result = object(ask(config.verbs().bind(), arguments));
        String error = text(result, "Error");
        if (!error.isEmpty()) {
            throw new Failure(error);
        }
    }

    private JsonObject arguments(
            KubeObject pod, List<String> names, Function<String, @Nullable KubeObject> nodes) {
        Json list = JsonNull.NULL;
        if (!config.knowsNodes()) {
            List<Json> items = new ArrayList<>();
            for (String name : names) {
                KubeObject node = nodes.apply(name);
                if (node != null) {
                    items.add(node.tree());
                }
            }
            list = JsonObject.of("metadata", JsonObject.EMPTY, "items", new JsonArray(items));
        }
        return JsonObject.builder()
                .put("Pod", pod.tree())
                .put("Nodes", list)
                .put("NodeNames", config.knowsNodes() ? JsonArray.ofStrings(names) : JsonNull.NULL)
                .build();
    }

    private Json ask(String verb, JsonObject arguments) throws Failure {
        String url = config.url() + "/" + verb;
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            arguments.toString(), StandardCharsets.UTF_8))
                            .build();
            HttpResponse<byte[]> response = answer(request);
            if (response.statusCode() != OK) {
                throw new Failure(
                        "failed "
                                + verb
                                + " with extender at URL "
                                + url
                                + ", code "
                                + response.statusCode());
            }
            return Json.parse(response.body());
        } catch (IOException | IllegalArgumentException | JsonException e) {
            throw new Failure("Post \"" + url + "\": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Post \"" + url + "\": interrupted");
        }
    }

    /// The whole answer; the time limit of a request itself would end with the answer's head.
    private HttpResponse<byte[]> answer(HttpRequest request)
            throws IOException, InterruptedException {
        Future<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            return answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("context deadline exceeded");
        } finally {
            boolean unused = answer.cancel(true);
        }
    }

    /// A field of an answer; Go reads their names in any case.
    private static @Nullable Json field(JsonObject tree, String name) {
        for (String each : tree.names()) {
            if (each.equalsIgnoreCase(name)) {
                return tree.get(each);
            }
        }
        return null;
    }

    private static String text(JsonObject tree, String name) {
        return field(tree, name) instanceof JsonString(String text) ? text : "";
    }

    private static JsonObject object(@Nullable Json value) {
        return value instanceof JsonObject own ? own : JsonObject.EMPTY;
    }
}
