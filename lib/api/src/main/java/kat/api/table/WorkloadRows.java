package kat.api.table;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.table.Rows.Printer;

/// Controllers of pods and what belongs to them.
final class WorkloadRows {

    private WorkloadRows() {}

    static void addTo(Map<String, Printer> printers) {
        printers.put("v1 PodTemplate", WorkloadRows::podTemplate);
        printers.put("v1 ReplicationController", WorkloadRows::replicationController);
        printers.put("apps/v1 ReplicaSet", WorkloadRows::replicaSet);
        printers.put("apps/v1 Deployment", WorkloadRows::deployment);
        printers.put("apps/v1 StatefulSet", WorkloadRows::statefulSet);
        printers.put("apps/v1 DaemonSet", WorkloadRows::daemonSet);
        printers.put("apps/v1 ControllerRevision", WorkloadRows::controllerRevision);
        printers.put("batch/v1 Job", WorkloadRows::job);
        printers.put("batch/v1 CronJob", WorkloadRows::cronJob);
        printers.put("autoscaling/v1 HorizontalPodAutoscaler", AutoscalerRow::printV1);
        printers.put("autoscaling/v2 HorizontalPodAutoscaler", AutoscalerRow::printV2);
        printers.put("autoscaling/v1 Scale", WorkloadRows::scale);
        printers.put("policy/v1 PodDisruptionBudget", WorkloadRows::budget);
    }

    private static JsonObject podSpec(JsonObject owner) {
        return owner.at("spec", "template", "spec");
    }

    private static void podTemplate(JsonObject template, Cells cells) {
        cells.name()
                .containers(template.at("template", "spec"))
                .text(Labels.of(template.at("template", "metadata", "labels")));
    }

    private static Cells replicas(JsonObject owner, Cells cells) {
        JsonObject status = owner.object("status");
        return cells.name()
                .number(owner.object("spec").integer("replicas", 0))
                .number(status.integer("replicas", 0))
                .number(status.integer("readyReplicas", 0))
                .age()
                .containers(podSpec(owner));
    }

    private static void replicationController(JsonObject owner, Cells cells) {
        replicas(owner, cells).text(Labels.of(owner.at("spec", "selector")));
    }

    private static void replicaSet(JsonObject owner, Cells cells) {
        replicas(owner, cells).text(Labels.ofSelector(owner.at("spec", "selector")));
    }

    private static String ready(JsonObject owner) {
        return owner.object("status").integer("readyReplicas", 0)
                + "/"
                + owner.object("spec").integer("replicas", 0);
    }

    private static void deployment(JsonObject owner, Cells cells) {
        JsonObject status = owner.object("status");
        cells.name()
                .text(ready(owner))
                .number(status.integer("updatedReplicas", 0))
                .number(status.integer("availableReplicas", 0))
                .age()
                .containers(podSpec(owner))
                .text(Labels.ofSelector(owner.at("spec", "selector")));
    }

    private static void statefulSet(JsonObject owner, Cells cells) {
        cells.name().text(ready(owner)).age().containers(podSpec(owner));
    }

    private static void daemonSet(JsonObject owner, Cells cells) {
        JsonObject status = owner.object("status");
        cells.name()
                .number(status.integer("desiredNumberScheduled", 0))
                .number(status.integer("currentNumberScheduled", 0))
                .number(status.integer("numberReady", 0))
                .number(status.integer("updatedNumberScheduled", 0))
                .number(status.integer("numberAvailable", 0))
                .text(Labels.of(podSpec(owner).object("nodeSelector")))
                .age()
                .containers(podSpec(owner))
                .text(Labels.ofSelector(owner.at("spec", "selector")));
    }

    private static void controllerRevision(JsonObject revision, Cells cells) {
        String owner = Cells.NONE;
        for (JsonObject each : revision.object("metadata").array("ownerReferences").objects()) {
            if (each.bool("controller")) {
                String version = each.string("apiVersion");
                int slash = version.indexOf('/');
                String group = slash < 0 ? "" : "." + version.substring(0, slash);
                String kind = (each.string("kind") + group).toLowerCase(Locale.ROOT);
                owner = kind + "/" + each.string("name");
            }
        }
        cells.name().text(owner).number(revision.integer("revision", 0)).age();
    }

    private static void job(JsonObject job, Cells cells) {
        JsonObject spec = job.object("spec");
        JsonObject status = job.object("status");
        long succeeded = status.integer("succeeded", 0);
        long parallel = spec.integer("parallelism", 0);
        String open = parallel > 1 ? "1 of " + parallel : "1";
        String wanted = spec.has("completions") ? "" + spec.integer("completions", 0) : open;
        cells.name()
                .text(jobStatus(job))
                .text(succeeded + "/" + wanted)
                .text(duration(status, cells))
                .age()
                .containers(podSpec(job))
                .text(Labels.ofSelector(spec.object("selector")));
    }

    private static String jobStatus(JsonObject job) {
        for (String type : new String[] {"Complete", "Failed"}) {
            if (hasCondition(job, type)) {
                return type;
            }
        }
        if (job.object("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (String type : new String[] {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
            if (hasCondition(job, type)) {
                return type;
            }
        }
        return "Running";
    }

    private static boolean hasCondition(JsonObject job, String type) {
        for (JsonObject condition : job.object("status").array("conditions").objects()) {
            if (condition.string("type").equals(type)) {
                return condition.string("status").equals("True");
            }
        }
        return false;
    }

    private static String duration(JsonObject status, Cells cells) {
        String start = status.string("startTime");
        if (start.isEmpty()) {
            return "";
        }
        String end = status.string("completionTime");
        try {
            Instant until = end.isEmpty() ? cells.now() : Instant.parse(end);
            return Durations.human(Duration.between(Instant.parse(start), until));
        } catch (DateTimeParseException notATime) {
            return "";
        }
    }

    private static void cronJob(JsonObject cron, Cells cells) {
        JsonObject spec = cron.object("spec");
        JsonObject status = cron.object("status");
        String last = status.string("lastScheduleTime");
        cells.name()
                .text(spec.string("schedule"))
                .text(spec.string("timeZone"), Cells.NONE)
                .text(spec.has("suspend") ? spec.bool("suspend") ? "True" : "False" : Cells.UNSET)
                .number(status.array("active").size())
                .text(last.isEmpty() ? Cells.NONE : cells.since(last))
                .age()
                .containers(spec.at("jobTemplate", "spec", "template", "spec"))
                .text(Labels.ofSelector(spec.at("jobTemplate", "spec", "selector")));
    }

    private static void scale(JsonObject scale, Cells cells) {
        cells.name()
                .number(scale.object("spec").integer("replicas", 0))
                .number(scale.object("status").integer("replicas", 0))
                .age();
    }

    private static void budget(JsonObject budget, Cells cells) {
        JsonObject spec = budget.object("spec");
        cells.name()
                .text(amount(spec, "minAvailable"))
                .text(amount(spec, "maxUnavailable"))
                .number(budget.object("status").integer("disruptionsAllowed", 0))
                .age();
    }

    private static String amount(JsonObject spec, String name) {
        return switch (spec.get(name)) {
            case null -> "N/A";
            case JsonNull _ -> "N/A";
            case JsonString(String text) -> text;
            default -> String.valueOf(spec.get(name));
        };
    }
}
