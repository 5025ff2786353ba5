package kat.kubelet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.cri.ContainerStatus;
import kat.kubelet.PodRuntime.Known;
import org.jspecify.annotations.Nullable;

/// The statuses of a pod's containers in the API's form.
///
/// **Source:** `convertToAPIContainerStatuses` in `pkg/kubelet/kubelet_pods.go`, `UpdatePodStatus`
/// in `pkg/kubelet/prober`.
final class ContainerReports {

    private static final JsonObject LOST =
            JsonObject.builder()
                    .put("exitCode", 137)
                    .put("reason", "ContainerStatusUnknown")
                    .put(
                            "message",
                            "The container could not be located when the pod was deleted.  The"
                                    + " container used to be Running")
                    .put("startedAt", Json.of((String) null))
                    .put("finishedAt", Json.of((String) null))
                    .build();

    static final String TAKEN_AWAY = "RestartingAllContainers";
    private static final String TAKEN_AWAY_MESSAGE =
            "The container is removed because RestartAllContainers in place";

    private static final List<String> STATUS_LISTS =
            List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");

    private final PodDecisions.View view;
    private final boolean isOver;

    /// @param isOver whether nothing of the pod will run again
    ContainerReports(PodDecisions.View view, boolean isOver) {
        this.view = view;
        this.isOver = isOver;
    }

    /// @param list `containers`, `initContainers` or `ephemeralContainers`
    List<JsonObject> of(String list) {
        boolean inits = list.equals("initContainers");
        boolean ephemeral = list.equals("ephemeralContainers");
        List<JsonObject> reports = new ArrayList<>();
        for (JsonObject container : view.pod().spec().array(list).objects()) {
            JsonObject report = report(container, inits);
            reports.add(ephemeral ? report.without("started").with("ready", false) : report);
        }
        return List.copyOf(reports);
    }

    /// The status of this container as the API last heard it; empty when it never did.
    static JsonObject before(KubeObject pod, String name) {
        for (String list : STATUS_LISTS) {
            JsonObject found = PodConditions.named(pod.status().array(list).objects(), name);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return JsonObject.EMPTY;
    }

    /// `name_namespace(uid)`: how the kubelet names a pod in messages.
    static String podText(KubeObject pod) {
        return pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")";
    }

    private JsonObject report(JsonObject container, boolean init) {
        String name = container.string("name");
        Known known = view.runtime().latest(name);
        JsonObject report = known == null ? unknown(container) : known(container, known);
        PodMemory.Failure failure = view.memory().failures().get(name);
        boolean finished = init && known != null && known.hasSucceeded();
        if (failure != null && !finished && !isOver && mayStart(known)) {
            JsonObject state = report.object("state");
            if (state.has("terminated")) {
                report = report.with("lastState", state);
            }
            report = report.with("state", waiting(failure.reason(), failure.message()));
        }
        return withReadiness(report, container, known, init);
    }

    private boolean mayStart(@Nullable Known known) {
        if (view.pod().isDeleting()) {
            return false;
        }
        return known == null || !known.isRunning();
    }

    private JsonObject unknown(JsonObject container) {
        String name = container.string("name");
        JsonObject before = before(view.pod(), name);
        if (PodConditions.isRestartingAll(view.pod()) && hasRun(before)) {
            return takenAway(container, before);
        }
        if (before.object("state").has("terminated")) {
            return before;
        }
        boolean ran = before.object("state").has("running");
        boolean lost = ran && !before.object("lastState").has("terminated");
        boolean counts = lost && !view.pod().isDeleting();
        JsonObject last = lost ? JsonObject.of("terminated", LOST) : before.object("lastState");
        return JsonObject.builder()
                .put("name", name)
                .put("image", container.string("image"))
                .put("imageID", "")
                .put("restartCount", before.integer("restartCount", 0) + (counts ? 1 : 0))
                .put("state", waiting(defaultReason(), ""))
                .put("lastState", last)
                .build();
    }

    /// Whether a container has run since it was counted last: it runs, has ended, or
    /// has ended and is held back.
    ///
    /// @param status as the API last heard it
    static boolean hasRun(JsonObject status) {
        JsonObject state = status.object("state");
        return state.has("running")
                || state.has("terminated")
                || state.object("waiting").string("reason").equals("CrashLoopBackOff");
    }

    /// A container that went with all others of its pod, which begin anew.
    private static JsonObject takenAway(JsonObject container, JsonObject before) {
        JsonObject last =
                JsonObject.builder()
                        .put("exitCode", 137)
                        .put("reason", TAKEN_AWAY)
                        .put("message", TAKEN_AWAY_MESSAGE)
                        .put("startedAt", Json.of((String) null))
                        .put("finishedAt", Json.of((String) null))
                        .build();
        return JsonObject.builder()
                .put("name", container.string("name"))
                .put("image", container.string("image"))
                .put("imageID", "")
                .put("restartCount", before.integer("restartCount", 0) + 1)
                .put("state", waiting(TAKEN_AWAY, TAKEN_AWAY_MESSAGE))
                .put("lastState", JsonObject.of("terminated", last))
                .build();
    }

    private String defaultReason() {
        return view.pod().spec().array("initContainers").isEmpty()
                ? "ContainerCreating"
                : "PodInitializing";
    }

    private JsonObject known(JsonObject container, Known known) {
        ContainerStatus status = known.status();
        JsonObject.Builder report =
                JsonObject.builder()
                        .put("name", container.string("name"))
                        .put("image", status.image())
                        .put("imageID", status.imageRef())
                        .put("containerID", idText(known.id()))
                        .put("restartCount", known.restarts())
                        .put("state", state(known))
                        .put("lastState", last(container, known));
        JsonObject requests = container.object("resources").object("requests");
        if (!requests.isEmpty()) {
            report.put("allocatedResources", requests);
        }
        JsonObject given = known.isRunning() ? view.memory().resources().get(known.id()) : null;
        report.put(
                "resources", Resizes.reported(container, given == null ? JsonObject.EMPTY : given));
        JsonArray mounts = mounts(container);
        if (!mounts.isEmpty()) {
            report.put("volumeMounts", mounts);
        }
        return report.build();
    }

    static String idText(String id) {
        return "containerd://" + id;
    }

    private static JsonArray mounts(JsonObject container) {
        List<Json> mounts = new ArrayList<>();
        for (JsonObject mount : container.array("volumeMounts").objects()) {
            JsonObject.Builder shown =
                    JsonObject.builder()
                            .put("name", mount.string("name"))
                            .put("mountPath", mount.string("mountPath"));
            if (mount.bool("readOnly")) {
                boolean all = mount.string("recursiveReadOnly").equals("Enabled"); // else refused
                shown.put("readOnly", true).put("recursiveReadOnly", all ? "Enabled" : "Disabled");
            }
            mounts.add(shown.build());
        }
        return new JsonArray(mounts);
    }

    private JsonObject last(JsonObject container, Known known) {
        Known previous = view.runtime().previous(container.string("name"));
        if (previous != null && previous.hasExited()) {
            return state(previous);
        }
        JsonObject before = before(view.pod(), container.string("name"));
        if (before.string("containerID").equals(idText(known.id()))) {
            return before.object("lastState");
        }
        return before.object("state").has("terminated")
                ? JsonObject.of("terminated", before.object("state").object("terminated"))
                : before.object("lastState");
    }

    private JsonObject state(Known known) {
        return switch (known.status().state()) {
            case RUNNING ->
                    JsonObject.of(
                            "running",
                            JsonObject.of("startedAt", time(known.status().startedAt())));
            case EXITED -> JsonObject.of("terminated", terminated(known));
            case CREATED, UNKNOWN -> waiting(defaultReason(), "");
        };
    }

    private static JsonObject terminated(Known known) {
        ContainerStatus status = known.status();
        String usual = status.exitCode() == 0 ? "Completed" : "Error";
        String reason = status.reason().isEmpty() ? usual : status.reason();
        return JsonObject.builder()
                .put("exitCode", status.exitCode())
                .put("reason", reason)
                .putUnlessEmpty("message", status.message())
                .put("startedAt", time(status.startedAt()))
                .put("finishedAt", time(status.finishedAt()))
                .put("containerID", idText(known.id()))
                .build();
    }

    private static JsonObject waiting(String reason, String message) {
        return JsonObject.of(
                "waiting",
                JsonObject.builder()
                        .put("reason", reason)
                        .putUnlessEmpty("message", message)
                        .build());
    }

    private static Json time(@Nullable Instant time) {
        return Json.of(time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private JsonObject withReadiness(
            JsonObject report, JsonObject container, @Nullable Known known, boolean init) {
        boolean runs = report.object("state").has("running");
        String id = known == null ? "" : known.id();
        boolean started = runs && view.memory().started().contains(id);
        boolean ready = started && view.memory().ready().contains(id);
        if (init && !PodConditions.isSidecar(container)) {
            JsonObject end = report.object("state").object("terminated");
            ready = !end.isEmpty() && end.integer("exitCode", 1) == 0;
        }
        return report.with("started", started).with("ready", ready);
    }
}
