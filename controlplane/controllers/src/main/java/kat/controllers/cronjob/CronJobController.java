package kat.controllers.cronjob;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Starts a Job at each time of a schedule, and keeps some of those that are over.
///
/// A Job's name tells the minute it was meant for, so that no start is made twice.
///
/// **Source:** kube-controller-manager `cronjob/cronjob_controllerv2.go`.
public final class CronJobController implements Controller {

    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

    private static final String UNSUPPORTED =
            "CRON_TZ or TZ used in schedule \"%s\" is not officially supported, see"
                    + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for"
                    + " more details";

    /// Looked again so much after a start, that the clock is surely beyond it.
    private static final Duration AFTER = Duration.ofMillis(100);

    @Override
    public String name() {
        return "cronjob-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.CRON_JOB),
                Watched.secondary(Kinds.JOB, CronJobController::owners, Index.BY_CONTROLLER));
    }

    private static Collection<ObjectKey> owners(KubeObject job) {
        OwnerReference owner = job.controller();
        return owner != null && owner.kind().equals("CronJob")
                ? List.of(ObjectKey.of(job.namespace(), owner.name()))
                : List.of();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject cronJob = view.get(Kinds.CRON_JOB, key);
        if (cronJob == null) {
            return Plan.NOTHING;
        }
        List<KubeObject> jobs =
                List.copyOf(view.indexed(Kinds.JOB, Index.BY_CONTROLLER, cronJob.uid()));
        Round round = new Round(cronJob, now);
        round.follow(view, jobs);
        if (!cronJob.isDeleting()) {
            round.start(view);
        }
        return round.plan(jobs);
    }

    /// `Complete`, `Failed`, or empty while the job is not over.
    private static String end(KubeObject job) {
        for (String type : List.of("Complete", "Failed")) {
            if (Pods.condition(job, type).string("status").equals("True")) {
                return type;
            }
        }
        return "";
    }

    /// One look at a CronJob.
    private static final class Round {

        private final KubeObject cronJob;
        private final Instant now;
        private final JsonObject spec;
        private final List<Json> active;
        private final List<Change> told = new ArrayList<>();
        private final Plan.Builder started = Plan.builder();
        private JsonObject status;
        private @Nullable KubeObject creation;
        private @Nullable Instant due;

        Round(KubeObject cronJob, Instant now) {
            this.cronJob = cronJob;
            this.now = now;
            this.spec = cronJob.spec();
            this.status = cronJob.status();
            this.active = new ArrayList<>(status.array("active").items());
        }

        private boolean isActive(String field, String value) {
            return active.stream()
                    .anyMatch(
                            each -> each instanceof JsonObject o && o.string(field).equals(value));
        }

        private void forget(String uid) {
            active.removeIf(each -> each instanceof JsonObject o && o.string("uid").equals(uid));
        }

        private void normal(String reason, String message) {
            told.add(Change.Emit.normal(cronJob, reason, message));
        }

        private void warning(String reason, String message) {
            told.add(Change.Emit.warning(cronJob, reason, message));
        }

        /// Brings the list of active jobs in line with what became of them.
        void follow(ClusterView view, List<KubeObject> jobs) {
            for (KubeObject job : jobs) {
                String end = end(job);
                if (end.isEmpty()) {
                    if (!isActive("uid", job.uid())) {
                        warning(
                                "UnexpectedJob",
                                "Saw a job that the controller did not create or forgot: "
                                        + job.name());
                    }
                    continue;
                }
                if (isActive("uid", job.uid())) {
                    forget(job.uid());
                    normal(
                            "SawCompletedJob",
                            "Saw completed job: " + job.name() + ", condition: " + end);
                }
                String completed = job.status().string("completionTime");
                if (end.equals("Complete")
                        && completed.compareTo(status.string("lastSuccessfulTime")) > 0) {
                    status = status.with("lastSuccessfulTime", completed);
                }
            }
            for (Json each : List.copyOf(active)) {
                JsonObject reference = each instanceof JsonObject o ? o : JsonObject.EMPTY;
                String uid = reference.string("uid");
                ObjectKey key = ObjectKey.of(cronJob.namespace(), reference.string("name"));
                KubeObject known = view.get(Kinds.JOB, key);
                if (known == null || !known.uid().equals(uid)) {
                    normal("MissingJob", "Active job went missing: " + key.name());
                    forget(uid);
                }
            }
        }

        private static JsonObject reference(KubeObject job) {
            return JsonObject.builder()
                    .put("apiVersion", "batch/v1")
                    .put("kind", "Job")
                    .put("namespace", job.namespace())
                    .put("name", job.name())
                    .putUnlessEmpty("uid", job.uid())
                    .putUnlessEmpty("resourceVersion", job.resourceVersion())
                    .build();
        }

        void start(ClusterView view) {
            ZoneId zone = zone();
            if (zone == null || spec.bool("suspend")) {
                return;
            }
            String text = spec.string("schedule");
            if (text.contains("TZ")) {
                warning("UnsupportedSchedule", UNSUPPORTED.formatted(text));
            }
            Schedule schedule;
            try {
                schedule = Schedule.parse(text, zone);
            } catch (IllegalArgumentException e) {
                warning(
                        "UnparseableSchedule",
                        "unparseable schedule: \"" + text + "\" : " + e.getMessage());
                return;
            }
            Times times = Times.of(cronJob, schedule, now);
            if (times.fault() != null) {
                warning("InvalidSchedule", "invalid schedule: " + text + " : " + times.fault());
            }
            if (times.next() != null) {
                started.requeueAfter(Duration.between(now, times.next()).plus(AFTER));
            }
            if (times.due() != null) {
                due(view, times, times.due(), zone);
            }
        }

        private @Nullable ZoneId zone() {
            String name = spec.string("timeZone");
            try {
                return name.isEmpty() ? ZoneOffset.UTC : Schedule.zone(name);
            } catch (IllegalArgumentException e) {
                warning("UnknownTimeZone", "invalid timeZone: \"" + name + "\": " + e.getMessage());
                return null;
            }
        }

        private void due(ClusterView view, Times times, Instant time, ZoneId zone) {
            if (times.tooMany()) {
                warning(
                        "TooManyMissedTimes",
                        "too many missed start times. Set or decrease"
                                + " .spec.startingDeadlineSeconds or check clock skew");
            }
            long deadline = spec.integer("startingDeadlineSeconds", Long.MAX_VALUE);
            if (deadline < Duration.between(time, now).toSeconds()) {
                warning(
                        "MissSchedule",
                        "Missed scheduled time to start a job: "
                                + RFC_1123.format(time.atZone(ZoneOffset.UTC)));
                return;
            }
            String name = cronJob.name() + "-" + time.getEpochSecond() / 60;
            if (isActive("name", name)
                    || time.toString().equals(status.string("lastScheduleTime"))) {
                return;
            }
            String policy = spec.string("concurrencyPolicy", "Allow");
            if (policy.equals("Forbid") && !active.isEmpty()) {
                normal(
                        "JobAlreadyActive",
                        "Not starting job because prior execution is running and concurrency"
                                + " policy is Forbid");
                return;
            }
            if (policy.equals("Replace")) {
                replace(view);
            }
            creation = job(name, time, zone);
            due = time;
        }

        private void replace(ClusterView view) {
            for (Json each : List.copyOf(active)) {
                String name = each instanceof JsonObject o ? o.string("name") : "";
                KubeObject job = view.get(Kinds.JOB, ObjectKey.of(cronJob.namespace(), name));
                if (job != null) {
                    delete(job);
                    forget(job.uid());
                }
            }
        }

        private void delete(KubeObject job) {
            started.add(
                    new Change.Delete(
                            Kinds.JOB,
                            job.key(),
                            DeleteOptions.of(job.uid()).withPropagation("Background"),
                            _ ->
                                    List.of(
                                            Change.Emit.normal(
                                                    cronJob,
                                                    "SuccessfulDelete",
                                                    "Deleted job " + job.name()))));
        }

        private KubeObject job(String name, Instant time, ZoneId zone) {
            JsonObject template = spec.object("jobTemplate");
            JsonObject from = template.object("metadata");
            ZonedDateTime local = time.atZone(zone).truncatedTo(ChronoUnit.SECONDS);
            JsonObject.Builder metadata =
                    JsonObject.builder()
                            .put("name", name)
                            .put("namespace", cronJob.namespace())
                            .put(
                                    "annotations",
                                    from.object("annotations")
                                            .with(
                                                    SCHEDULED,
                                                    DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                                            local)))
                            .put(
                                    "ownerReferences",
                                    JsonArray.of(OwnerReference.controlledBy(cronJob).toJson()));
            if (from.has("labels")) {
                metadata.put("labels", from.object("labels"));
            }
            return new KubeObject(
                    JsonObject.builder()
                            .put("apiVersion", "batch/v1")
                            .put("kind", "Job")
                            .put("metadata", metadata.build())
                            .put("spec", template.object("spec"))
                            .build());
        }

        private JsonObject listed(List<Json> jobs) {
            return jobs.isEmpty()
                    ? status.without("active")
                    : status.with("active", new JsonArray(jobs));
        }

        Plan plan(List<KubeObject> jobs) {
            Plan.Builder plan = Plan.builder().addAll(told);
            KubeObject wanted = creation;
            JsonObject present = listed(active);
            if (wanted == null && !present.equals(cronJob.status())) {
                plan.add(statusUpdate(present));
            }
            Plan begun = started.build();
            plan.addAll(begun.changes());
            if (wanted != null) {
                plan.add(
                        new Change.Create(
                                Kinds.JOB, wanted, this::created, why -> refused(why, jobs)));
            }
            keep(jobs, "Complete", spec.integer("successfulJobsHistoryLimit", 3), plan);
            keep(jobs, "Failed", spec.integer("failedJobsHistoryLimit", 1), plan);
            return begun.requeueAfter() == null
                    ? plan.build()
                    : plan.requeueAfter(begun.requeueAfter()).build();
        }

        private Change statusUpdate(JsonObject next) {
            return Change.Update.status(Kinds.CRON_JOB, cronJob.withStatus(_ -> next));
        }

        private List<Change> created(KubeObject job) {
            active.add(reference(job));
            return List.of(
                    Change.Emit.normal(cronJob, "SuccessfulCreate", "Created job " + job.name()),
                    statusUpdate(listed(active).with("lastScheduleTime", String.valueOf(due))));
        }

        /// A job that was made and not noted, because the status could not be written, is noted
        /// now.
        private List<Change> refused(Status why, List<KubeObject> jobs) {
            if (why.reason().equals("AlreadyExists")) {
                String name = Objects.requireNonNull(creation).name();
                for (KubeObject job : jobs) {
                    if (job.name().equals(name) && !isActive("uid", job.uid())) {
                        active.add(reference(job));
                    }
                }
                return List.of(
                        statusUpdate(listed(active).with("lastScheduleTime", String.valueOf(due))));
            }
            return List.of(
                    Change.Emit.warning(
                            cronJob, "FailedCreate", "Error creating job: " + why.message()));
        }

        private void keep(List<KubeObject> jobs, String end, long limit, Plan.Builder plan) {
            List<KubeObject> over = new ArrayList<>();
            for (KubeObject job : jobs) {
                if (end(job).equals(end)) {
                    over.add(job);
                }
            }
            over.sort(
                    Comparator.comparing((KubeObject job) -> job.status().string("startTime"))
                            .thenComparing(KubeObject::name));
            for (KubeObject job : over.subList(0, (int) Math.max(0, over.size() - limit))) {
                plan.add(
                        new Change.Delete(
                                Kinds.JOB,
                                job.key(),
                                DeleteOptions.of(job.uid()).withPropagation("Background"),
                                _ ->
                                        List.of(
                                                Change.Emit.normal(
                                                        cronJob,
                                                        "SuccessfulDelete",
                                                        "Deleted job " + job.name()))));
            }
        }
    }
}
