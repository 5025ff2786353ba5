package kat.statemetrics;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Metrics that a line of `families.txt` cannot say.
///
/// **Source:** the documentation of kube-state-metrics 2.18, and what it answers.
final class Particulars {

    private static final List<String> POD_REASONS =
            List.of("Evicted", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError");
    private static final List<String> JOB_REASONS =
            List.of("BackoffLimitExceeded", "DeadlineExceeded", "Evicted");
    private static final Set<String> DEPLOYMENT_REASONS =
            Set.of(
                    "",
                    "ReplicaSetUpdated",
                    "ReplicaSetCreateError",
                    "NewReplicaSetCreated",
                    "FoundNewReplicaSet",
                    "NewReplicaSetAvailable",
                    "ProgressDeadlineExceeded",
                    "DeploymentPaused",
                    "DeploymentResumed",
                    "MinimumReplicasAvailable",
                    "MinimumReplicasUnavailable");
    private static final String ROLE = "node-role.kubernetes.io/";

    private Particulars() {}

    /// @throws IllegalArgumentException when there is none of that name
    static Family.Rule named(String name) {
        return switch (name) {
            case "completion" -> (at, labels, out) -> completion(at.root(), labels, out);
            case "ips" -> (at, labels, out) -> ips(at.root(), labels, out);
            case "reasons" -> (at, labels, out) -> reasons(at.root(), labels, out);
            case "roles" -> (at, labels, out) -> roles(at.root(), labels, out);
            case "deployment-conditions" -> (at, labels, out) -> conditions(at.root(), labels, out);
            case "max-unavailable" ->
                    (at, labels, out) -> rolling(at.root(), "maxUnavailable", labels, out);
            case "max-surge" -> (at, labels, out) -> rolling(at.root(), "maxSurge", labels, out);
            case "job-failures" -> (at, labels, out) -> failures(at.root(), labels, out);
            case "metric-targets" ->
                    (at, labels, out) -> {
                        List<JsonObject> all = at.root().object("spec").array("metrics").objects();
                        metrics(all, "target", labels, out);
                    };
            case "metric-values" ->
                    (at, labels, out) -> {
                        JsonObject status = at.root().object("status");
                        metrics(status.array("currentMetrics").objects(), "current", labels, out);
                    };
            case "request-conditions" ->
                    (at, labels, out) -> requestConditions(at.root(), labels, out);
            case "certificate-length" ->
                    (at, labels, out) -> certificateLength(at.root(), labels, out);
            default -> throw new IllegalArgumentException("nothing is named " + name);
        };
    }

    private static void completion(JsonObject pod, String labels, Samples out) {
        long last = 0;
        for (JsonObject each : pod.object("status").array("containerStatuses").objects()) {
            Instant end = Values.instant(each.at("state", "terminated").string("finishedAt"));
            last = end == null ? last : Math.max(last, end.getEpochSecond());
        }
        if (last > 0) {
            out.add(labels, last);
        }
    }

    private static void ips(JsonObject pod, String labels, Samples out) {
        for (JsonObject each : pod.object("status").array("podIPs").objects()) {
            String ip = each.string("ip");
            out.add(
                    labels
                            + Samples.label("ip", ip)
                            + Samples.label("ip_family", ip.indexOf(':') < 0 ? "4" : "6"),
                    1);
        }
    }

    private static void reasons(JsonObject pod, String labels, Samples out) {
        JsonObject status = pod.object("status");
        for (String reason : POD_REASONS) {
            boolean holds =
                    status.string("reason").equals(reason)
                            || status.array("conditions").objects().stream()
                                    .anyMatch(each -> each.string("reason").equals(reason))
                            || status.array("containerStatuses").objects().stream()
                                    .map(each -> each.at("state", "terminated").string("reason"))
                                    .anyMatch(reason::equals);
            out.add(labels + Samples.label("reason", reason), holds);
        }
    }

    private static void roles(JsonObject node, String labels, Samples out) {
        for (String name : node.at("metadata", "labels").names()) {
            if (name.startsWith(ROLE)) {
                out.add(labels + Samples.label("role", name.substring(ROLE.length())), 1);
            }
        }
    }

    private static void conditions(JsonObject deployment, String labels, Samples out) {
        for (JsonObject each : deployment.object("status").array("conditions").objects()) {
            String reason = each.string("reason");
            String known = DEPLOYMENT_REASONS.contains(reason) ? reason : "unknown";
            Values.statuses(
                    labels
                            + Samples.label("reason", known)
                            + Samples.label("condition", each.string("type")),
                    "status",
                    each.string("status"),
                    out);
        }
    }

    /// Shares of the wanted number are rounded up for what may be too many, down for what may
    /// be missing.
    private static void rolling(JsonObject deployment, String field, String labels, Samples out) {
        JsonObject spec = deployment.object("spec");
        Json value = spec.at("strategy", "rollingUpdate").get(field);
        if (value instanceof JsonNumber number) {
            out.add(labels, number.longValue());
        } else if (value != null && Path.textOf(value).endsWith("%")) {
            String text = Path.textOf(value);
            long share = Long.parseLong(text.substring(0, text.length() - 1));
            long hundredths = share * spec.integer("replicas", 1);
            boolean up = field.equals("maxSurge");
            out.add(labels, up ? Math.ceilDiv(hundredths, 100L) : hundredths / 100);
        }
    }

    private static void failures(JsonObject job, String labels, Samples out) {
        JsonObject status = job.object("status");
        long failed = status.integer("failed", 0);
        if (failed == 0) {
            out.add(labels, 0);
            return;
        }
        boolean known = false;
        for (JsonObject each : status.array("conditions").objects()) {
            if (each.string("type").equals("Failed")) {
                for (String reason : JOB_REASONS) {
                    boolean holds = each.string("reason").equals(reason);
                    known |= holds;
                    out.add(labels + Samples.label("reason", reason), holds);
                }
            }
        }
        if (!known) {
            out.add(labels + Samples.label("reason", ""), failed);
        }
    }

    private static void metrics(
            List<JsonObject> metrics, String field, String labels, Samples out) {
        for (JsonObject each : metrics) {
            String type = each.string("type");
            JsonObject source =
                    type.isEmpty()
                            ? JsonObject.EMPTY
                            : each.object(
                                    Character.toLowerCase(type.charAt(0)) + type.substring(1));
            String name = source.string("name", source.object("metric").string("name"));
            JsonObject numbers = source.object(field);
            String named = labels + Samples.label("metric_name", name);
            quantity(numbers.get("value"), named, "value", out);
            quantity(numbers.get("averageValue"), named, "average", out);
            quantity(numbers.get("averageUtilization"), named, "utilization", out);
        }
    }

    private static void quantity(@Nullable Json value, String labels, String type, Samples out) {
        Quantity amount = value == null ? null : Quantity.tryParse(Path.textOf(value));
        if (amount != null) {
            out.add(labels + Samples.label("metric_target_type", type), Values.plain(amount));
        }
    }

    private static void requestConditions(JsonObject request, String labels, Samples out) {
        List<JsonObject> all = request.object("status").array("conditions").objects();
        for (String type : List.of("Approved", "Denied", "Failed")) {
            String shown = Character.toLowerCase(type.charAt(0)) + type.substring(1);
            long count = all.stream().filter(each -> each.string("type").equals(type)).count();
            out.add(labels + Samples.label("condition", shown), count);
        }
    }

    private static void certificateLength(JsonObject request, String labels, Samples out) {
        String encoded = request.object("status").string("certificate");
        out.add(labels, Base64.getMimeDecoder().decode(encoded).length);
    }
}
