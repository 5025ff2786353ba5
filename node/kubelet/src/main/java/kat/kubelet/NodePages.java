package kat.kubelet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.NodeRequest;
import kat.client.node.PodTarget;
import kat.cri.ContainerRuntimeException;
import kat.cri.ExecResult;
import kat.kubelet.metrics.AgentFigures;
import kat.kubelet.metrics.NodeFigures;
import org.jspecify.annotations.Nullable;

/// The pages of the node's own API, all but the streams into containers.
///
/// | path | what |
/// |---|---|
/// | `/healthz`, `/pods`, `/runningpods/`, `/configz`, `/stats/summary` | about the node |
/// | `/metrics`, `/metrics/cadvisor`, `/metrics/resource`, `/metrics/probes` | for monitoring |
/// | `/containerLogs/NAMESPACE/POD/CONTAINER`, `/logs/…` | logs of containers, of the machine |
/// | `/run/NAMESPACE/POD/[UID/]CONTAINER`, `/checkpoint/…` | POST |
///
/// **Threads:** any; blocks.
///
/// **Source:** `pkg/kubelet/server/server.go`.
final class NodePages {

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Duration RUN_PATIENCE = Duration.ofMinutes(2);

    private final PodServices services;
    private final NodeGateway gateway;
    private final NodeStats stats;
    private final Supplier<Collection<PodWorker>> workers;
    private final Path logs;

    /// @param logs folder of the machine's logs, usually `/var/log`
    NodePages(
            PodServices services,
            NodeGateway gateway,
            NodeStats stats,
            Supplier<Collection<PodWorker>> workers,
            Path logs) {
        this.services = services;
        this.gateway = gateway;
        this.stats = stats;
        this.workers = workers;
        this.logs = logs;
    }

    NodeAnswer answer(NodeRequest request) {
        try {
            return page(request);
        } catch (StatusException e) {
            return text(e.status().code(), String.valueOf(e.getMessage()));
        } catch (ContainerRuntimeException e) {
            return text(500, e.rpcError());
        }
    }

    private NodeAnswer page(NodeRequest request) {
        boolean reads = request.method().equals("GET");
        return switch (request.part(0)) {
            case "healthz" -> reads ? health(request) : notAllowed();
            case "pods" -> reads ? json(pods()) : notAllowed();
            case "runningpods" -> reads ? json(running()) : notAllowed();
            case "configz" -> json(KubeletConfigz.of(services.config()));
            case "stats" ->
                    request.part(1).equals("summary") && request.path().size() == 2
                            ? json(stats.summary())
                            : notFound();
            case "metrics" -> metrics(request);
            case "logs" -> reads ? machineLog(request) : notAllowed();
            case "containerLogs" -> reads ? containerLog(request) : notAllowed();
            case "run" -> reads ? notAllowed() : run(request);
            case "checkpoint" -> reads ? notAllowed() : checkpoint(request);
            default -> notFound();
        };
    }

    private static NodeAnswer health(NodeRequest request) {
        return switch (request.part(1)) {
            case "", "ping", "log", "syncloop" -> text(200, "ok");
            default -> notFound();
        };
    }

    private JsonObject pods() {
        List<Json> items = new ArrayList<>();
        for (PodWorker worker : workers.get()) {
            items.add(worker.pod().tree().without("apiVersion").without("kind"));
        }
        return list(items);
    }

    private JsonObject running() {
        List<Json> items = new ArrayList<>();
        for (PodWorker worker : workers.get()) {
            List<Json> containers = new ArrayList<>();
            for (PodRuntime.Known known : worker.runtime().running()) {
                containers.add(
                        JsonObject.builder()
                                .put("name", known.name())
                                .put("image", known.status().image())
                                .put("resources", JsonObject.EMPTY)
                                .build());
            }
            KubeObject pod = worker.pod();
            if (!containers.isEmpty()) {
                JsonObject metadata =
                        JsonObject.builder()
                                .put("name", pod.name())
                                .put("namespace", pod.namespace())
                                .put("uid", pod.uid())
                                .build();
                items.add(
                        JsonObject.builder()
                                .put("metadata", metadata)
                                .put("spec", JsonObject.of("containers", new JsonArray(containers)))
                                .put("status", JsonObject.EMPTY)
                                .build());
            }
        }
        return list(items);
    }

    private static JsonObject list(List<Json> items) {
        return JsonObject.builder()
                .put("kind", "PodList")
                .put("apiVersion", "v1")
                .put("metadata", JsonObject.EMPTY)
                .put("items", new JsonArray(items))
                .build();
    }

    private NodeAnswer metrics(NodeRequest request) {
        String which = request.part(1);
        int served = workers.get().size();
        String told =
                switch (which) {
                    case "" ->
                            new AgentFigures(
                                                    services.config().nodeName(),
                                                    served,
                                                    stats.runningPods(),
                                                    stats.runningContainers(),
                                                    stats.claims(),
                                                    services.containerEnds())
                                            .text()
                                    + services.runtime().metrics().text();
                    case "resource" -> stats.figures().resources();
                    case "cadvisor" -> stats.figures().cadvisor();
                    case "probes" -> services.probeTotals().text();
                    default -> "";
                };
        return told.isEmpty() && !which.equals("probes")
                ? notFound()
                : answer(200, NodeFigures.CONTENT_TYPE, told.getBytes(StandardCharsets.UTF_8));
    }

    private NodeAnswer machineLog(NodeRequest request) {
        List<String> below = request.path().subList(1, request.path().size());
        Path file = logs.resolve(String.join("/", below)).normalize();
        if (!file.startsWith(logs) || !Files.exists(file)) {
            return notFound();
        }
        try {
            if (!file.toRealPath().startsWith(logs.toRealPath())) {
                return notFound();
            }
            return Files.isDirectory(file)
                    ? folder(file)
                    : new NodeAnswer(200, TEXT, Files.newInputStream(file));
        } catch (IOException e) {
            return text(500, String.valueOf(e.getMessage()));
        }
    }

    private static NodeAnswer folder(Path folder) throws IOException {
        StringBuilder page = new StringBuilder("<!doctype html>\n<pre>\n");
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.sorted().toList()) {
                String name = each.getFileName() + (Files.isDirectory(each) ? "/" : "");
                String shown = name.replace("&", "&amp;").replace("<", "&lt;");
                page.append("<a href=\"").append(shown.replace("\"", "%22")).append("\">");
                page.append(shown).append("</a>\n");
            }
        }
        byte[] bytes = page.append("</pre>\n").toString().getBytes(StandardCharsets.UTF_8);
        return answer(200, "text/html; charset=utf-8", bytes);
    }

    private NodeAnswer containerLog(NodeRequest request) {
        KubeObject pod = find(request);
        String container = request.part(3);
        if (container.isEmpty()) {
            return text(400, "{\"message\": \"missing container name.\"}");
        }
        if (pod == null) {
            return text(404, "pod \"" + request.part(2) + "\" does not exist");
        }
        if (!hasContainer(pod, container)) {
            return noContainer(container);
        }
        LogOptions options =
                new LogOptions(
                        flag(request, "follow"),
                        flag(request, "previous"),
                        flag(request, "timestamps"),
                        since(request),
                        number(request, "tailLines"),
                        number(request, "limitBytes"),
                        "All");
        return new NodeAnswer(200, "text/plain", gateway.logs(target(pod, container), options));
    }

    private static boolean flag(NodeRequest request, String name) {
        String value = request.one(name).toLowerCase(Locale.ROOT);
        return value.equals("true") || value.equals("1");
    }

    private static long number(NodeRequest request, String name) {
        String value = request.one(name);
        try {
            return value.isEmpty() ? -1 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw Status.badRequest("{\"message\": \"Unable to decode query.\"}").asException();
        }
    }

    private @Nullable Instant since(NodeRequest request) {
        long seconds = number(request, "sinceSeconds");
        String time = request.one("sinceTime");
        try {
            if (!time.isEmpty()) {
                return Instant.parse(time);
            }
            return seconds < 0 ? null : services.now().minusSeconds(seconds);
        } catch (DateTimeParseException e) {
            throw Status.badRequest("{\"message\": \"Unable to decode query.\"}").asException();
        }
    }

    private NodeAnswer run(NodeRequest request) {
        KubeObject pod = find(request);
        if (pod == null) {
            return text(404, "pod does not exist");
        }
        String container = request.part(request.path().size() - 1);
        PodRuntime.Known known = services.reader().read(pod.uid()).latest(container);
        if (known == null || !known.isRunning()) {
            return text(500, "container not found (\"" + container + "\")");
        }
        List<String> command = Arrays.asList(request.one("cmd").split(" ", -1));
        ExecResult result = services.runtime().execSync(known.id(), command, RUN_PATIENCE);
        String output = result.stdout() + result.stderr();
        return result.exitCode() == 0
                ? text(200, output)
                : text(500, "command terminated with exit code " + result.exitCode());
    }

    /// The container runtimes that KAT runs with cannot do it.
    ///
    /// **Source:** `checkpoint` in `pkg/kubelet/server/server.go`.
    private NodeAnswer checkpoint(NodeRequest request) {
        KubeObject pod = find(request);
        if (pod == null) {
            return text(404, "pod does not exist");
        }
        String container = request.part(3);
        if (!hasContainer(pod, container)) {
            return noContainer(container);
        }
        List<String> timeouts = request.query().getOrDefault("timeout", List.of());
        if (!timeouts.isEmpty() && !timeouts.getLast().matches("[+-]?[0-9]{1,18}")) {
            return text(404, "cannot parse value of timeout parameter");
        }
        PodRuntime.Known known = services.reader().read(pod.uid()).latest(container);
        String why =
                known == null || !known.isRunning()
                        ? "container " + container + " not found"
                        : "rpc error: code = Unimplemented desc = unknown method"
                                + " CheckpointContainer for service runtime.v1.RuntimeService";
        String what = pod.namespace() + "/" + pod.name() + "/" + container;
        return text(500, "checkpointing of " + what + " failed (" + why + ")");
    }

    private static boolean hasContainer(KubeObject pod, String name) {
        return Stream.of("containers", "initContainers", "ephemeralContainers")
                .flatMap(list -> pod.spec().array(list).objects().stream())
                .anyMatch(container -> container.string("name").equals(name));
    }

    private static NodeAnswer noContainer(String name) {
        return text(404, "container " + name + " does not exist");
    }

    /// The pod that the second and third part of the path name; null when it is not on this node.
    private @Nullable KubeObject find(NodeRequest request) {
        for (PodWorker worker : workers.get()) {
            KubeObject pod = worker.pod();
            if (pod.namespace().equals(request.part(1)) && pod.name().equals(request.part(2))) {
                return pod;
            }
        }
        return null;
    }

    private PodTarget target(KubeObject pod, String container) {
        return new PodTarget(
                services.config().nodeName(), pod.namespace(), pod.name(), pod.uid(), container);
    }

    private static NodeAnswer json(JsonObject body) {
        return answer(200, JSON, body.toBytes());
    }

    private static NodeAnswer notFound() {
        return text(404, "404 page not found\n");
    }

    private static NodeAnswer notAllowed() {
        return text(405, "405: Method Not Allowed");
    }

    private static NodeAnswer text(int code, String text) {
        return answer(code, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static NodeAnswer answer(int code, String type, byte[] bytes) {
        InputStream body = new ByteArrayInputStream(bytes);
        return new NodeAnswer(code, type, body);
    }
}
