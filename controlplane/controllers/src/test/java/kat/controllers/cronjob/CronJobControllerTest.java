package kat.controllers.cronjob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronJobControllerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:30Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MemoryCluster cluster = new MemoryCluster(NOW, new CronJobController());

    @Test
    void startsAJobAtEachTime() {
        cronJob("");
        cluster.settle();
        assertEquals(List.of(), jobs());

        minute();
        minute();

        assertEquals(List.of("m-29453761", "m-29453762"), jobs());
        assertEquals("2026-01-01T00:02:00Z", cronJob().status().string("lastScheduleTime"));
        assertEquals(2, cronJob().status().array("active").size());
    }

    @Test
    void waitsForTheJobBeforeWhenToldTo() {
        cronJob("concurrencyPolicy: Forbid");
        minute();
        minute();
        assertEquals(List.of("m-29453761"), jobs());

        end("m-29453761", "Complete");
        cluster.settle();

        assertEquals(List.of("m-29453761", "m-29453762"), jobs());
    }

    @Test
    void replacesTheJobBeforeWhenToldTo() {
        cronJob("concurrencyPolicy: Replace");
        minute();
        minute();

        assertEquals(List.of("m-29453762"), jobs());
        assertEquals(1, cronJob().status().array("active").size());
    }

    @Test
    void startsOnlyTheLastOfSeveralMissedStarts() {
        cronJob("");
        cluster.advance(Duration.ofMinutes(10));
        cluster.settle();

        assertEquals(List.of("m-29453770"), jobs());
    }

    @Test
    void doesNotStartTooLate() {
        cronJob("startingDeadlineSeconds: 10");
        cluster.advance(Duration.ofSeconds(50));
        cluster.settle();

        assertEquals(List.of(), jobs());
    }

    @Test
    void keepsTheLastThatSucceeded() {
        cronJob("successfulJobsHistoryLimit: 1");
        for (int i = 1; i <= 3; i++) {
            minute();
            end("m-2945376" + i, "Complete");
            cluster.settle();
        }

        assertEquals(List.of("m-29453763"), jobs());
        assertEquals(0, cronJob().status().array("active").size());
        assertEquals(
                "Saw completed job: m-29453763, condition: Complete",
                cluster.messages().stream().filter(m -> m.startsWith("Saw")).toList().getLast());
    }

    @Test
    void doesNothingWhileSuspended() {
        cronJob("suspend: true");
        minute();

        assertEquals(List.of(), jobs());
    }

    @Test
    void aJobOfSomebodyElseIsToldAndDoesNotKeepOthersFromStarting() {
        cronJob("concurrencyPolicy: Forbid");
        job("by-hand");
        minute();

        assertEquals(List.of("by-hand", "m-29453761"), jobs());
        assertEquals(
                "Saw a job that the controller did not create or forgot: by-hand",
                cluster.messages().getFirst());
        assertEquals(List.of("m-29453761"), active());
    }

    @Test
    void aJobThatWasMadeAndNotNotedIsNoted() {
        cronJob("");
        job("m-29453761");

        minute();

        assertEquals(List.of("m-29453761"), active());
        assertEquals("2026-01-01T00:01:00Z", cronJob().status().string("lastScheduleTime"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 31 2 *|invalid schedule: 0 0 31 2 * : time difference between two schedules is"
                        + " less than 1 second",
                "TZ=Europe/Berlin 0 0 1 1 *|CRON_TZ or TZ used in schedule \"TZ=Europe/Berlin 0 0 1"
                        + " 1 *\" is not officially supported, see"
                        + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
                        + " for more details"
            })
    void tellsOfSchedulesThatHaveNoStartsOrNameTheirZone(String schedule, String expected) {
        cronJob("schedule: '" + schedule + "'");

        cluster.settle();

        assertEquals(List.of(expected), cluster.messages());
    }

    /// A job that the CronJob controls, and that is not over.
    private void job(String name) {
        String text =
                "{apiVersion: batch/v1, kind: Job, metadata: {name: %s, namespace: ns}}"
                        .formatted(name);
        JsonArray owner = JsonArray.of(OwnerReference.controlledBy(cronJob()).toJson());
        cluster.create(
                Kinds.JOB,
                new KubeObject((JsonObject) Yaml.parse(text))
                        .withMetadata(m -> m.with("ownerReferences", owner)));
    }

    private List<String> active() {
        return cronJob().status().array("active").objects().stream()
                .map(each -> each.string("name"))
                .toList();
    }

    private void minute() {
        cluster.advance(MINUTE);
        cluster.settle();
    }

    private void cronJob(String more) {
        String schedule = more.startsWith("schedule") ? "" : "schedule: '* * * * *', ";
        String text =
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: m, namespace: ns}, spec:"
                        + " {"
                        + schedule
                        + "jobTemplate: {spec: {template: {}}}, "
                        + more
                        + "}}";
        cluster.create(Kinds.CRON_JOB, new KubeObject((JsonObject) Yaml.parse(text)));
    }

    private KubeObject cronJob() {
        return Objects.requireNonNull(cluster.get(Kinds.CRON_JOB, ObjectKey.of("ns", "m")));
    }

    private List<String> jobs() {
        return cluster.list(Kinds.JOB, "ns").stream().map(KubeObject::name).toList();
    }

    private void end(String name, String type) {
        KubeObject job = Objects.requireNonNull(cluster.get(Kinds.JOB, ObjectKey.of("ns", name)));
        Json condition = JsonObject.of("type", Json.of(type), "status", Json.of("True"));
        cluster.update(
                Kinds.JOB,
                job.withStatus(
                        status ->
                                status.with("conditions", JsonArray.of(condition))
                                        .with("startTime", cluster.now().toString())
                                        .with("completionTime", cluster.now().toString())),
                "status");
    }
}
