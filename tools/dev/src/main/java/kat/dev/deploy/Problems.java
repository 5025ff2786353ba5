package kat.dev.deploy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonObject;

/// Why pods do not run, in the words of their statuses and events.
final class Problems {

    /// Reasons that do not pass by themselves soon enough to wait for.
    private static final Set<String> LASTING =
            Set.of(
                    "ErrImagePull",
                    "ImagePullBackOff",
                    "ErrImageNeverPull",
                    "InvalidImageName",
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "RunContainerError",
                    "CrashLoopBackOff");

    private static final int MOST = 10;

    private Problems() {}

    /// One fault of one pod.
    ///
    /// @param isLasting whether waiting helps little
    record Problem(String pod, String container, String words, boolean isLasting) {
        @Override
        public String toString() {
            return "pod/" + pod + (container.isEmpty() ? "" : " " + container) + ": " + words;
        }
    }

    /// The faults of the newest pods of a workload.
    static List<Problem> of(List<JsonObject> pods) {
        List<Problem> problems = new ArrayList<>();
        for (JsonObject pod : newest(pods)) {
            String name = pod.object("metadata").string("name");
            JsonObject status = pod.object("status");
            for (JsonObject condition : status.array("conditions").objects()) {
                if (condition.string("type").equals("PodScheduled")
                        && condition.string("status").equals("False")) {
                    problems.add(new Problem(name, "", condition.string("message"), false));
                }
            }
            for (String list : List.of("initContainerStatuses", "containerStatuses")) {
                status.array(list)
                        .objects()
                        .forEach(container -> container(name, container, problems));
            }
        }
        return problems.subList(0, Math.min(MOST, problems.size()));
    }

    /// Pods of the newest template: an older one may be on its way out.
    private static List<JsonObject> newest(List<JsonObject> pods) {
        return pods.stream()
                .max(
                        Comparator.comparing(
                                pod -> pod.object("metadata").string("creationTimestamp")))
                .map(newest -> pods.stream().filter(pod -> hash(pod).equals(hash(newest))).toList())
                .orElse(List.of());
    }

    private static String hash(JsonObject pod) {
        JsonObject labels = pod.object("metadata").object("labels");
        return labels.string("pod-template-hash", labels.string("controller-revision-hash"));
    }

    private static void container(String pod, JsonObject status, List<Problem> problems) {
        String name = status.string("name");
        JsonObject waiting = status.object("state").object("waiting");
        String reason = waiting.string("reason");
        JsonObject ended =
                status.object("state").has("terminated")
                        ? status.object("state").object("terminated")
                        : status.object("lastState").object("terminated");
        boolean hasFailed = ended.integer("exitCode", 0) != 0;
        if (LASTING.contains(reason)) {
            String message = waiting.string("message");
            String end = hasFailed ? "; it ended with " + ended.integer("exitCode", 0) : "";
            problems.add(
                    new Problem(
                            pod,
                            name,
                            reason + (message.isEmpty() ? "" : ": " + message) + end,
                            true));
        } else if (hasFailed && !status.bool("ready")) {
            problems.add(
                    new Problem(pod, name, "it ended with " + ended.integer("exitCode", 0), false));
        }
    }

    /// When an event, in either form, happened last.
    private static String last(JsonObject event) {
        String ofSeries = event.object("series").string("lastObservedTime");
        String first = ofSeries.isEmpty() ? event.string("eventTime") : ofSeries;
        return event.string("lastTimestamp", first);
    }

    /// The warnings among events about pods of a workload, newest last.
    ///
    /// @param name of the workload, with which the names of its pods begin
    static List<String> warnings(List<JsonObject> events, String name) {
        return events.stream()
                .filter(event -> event.string("type").equals("Warning"))
                .filter(event -> isAbout(event.object("involvedObject").string("name"), name))
                .sorted(Comparator.comparing(Problems::last))
                .map(
                        event ->
                                event.object("involvedObject").string("name")
                                        + ": "
                                        + event.string("reason")
                                        + ": "
                                        + event.string("message").strip())
                .distinct()
                .toList();
    }

    private static boolean isAbout(String object, String name) {
        return object.equals(name) || object.startsWith(name + "-");
    }
}
