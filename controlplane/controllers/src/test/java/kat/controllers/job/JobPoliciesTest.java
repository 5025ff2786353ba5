package kat.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import org.junit.jupiter.api.Test;

class JobPoliciesTest {

    private static final String ONE = "completions: 1, parallelism: 1";
    private static final String THREE_INDEXES =
            "completions: 3, parallelism: 3, completionMode: Indexed";
    private static final Duration BACKOFF = Duration.ofSeconds(11);

    @Test
    void failsAtOnceWhenTheFailurePolicySaysSo() {
        JobCluster job =
                new JobCluster(
                        "completions: 2, parallelism: 2, podFailurePolicy: {rules: [{action:"
                                + " FailJob, onExitCodes: {operator: In, values: [3]}}]}");
        KubeObject failed = job.pods().getFirst();
        job.exit(failed, 3);

        String why =
                "Container main for pod %s failed with exit code 3 matching FailJob rule at index 0"
                        .formatted(failed.key());
        assertEquals(List.of("FailureTarget PodFailurePolicy: " + why), job.conditions());

        job.gone(job.pods().getLast());
        assertEquals(
                List.of(
                        "FailureTarget PodFailurePolicy: " + why,
                        "Failed PodFailurePolicy: " + why),
                job.conditions());
        assertEquals(2, job.number("failed"));
        assertEquals(why, job.cluster.messages().getLast());
    }

    @Test
    void doesNotCountFailuresThatThePolicyIgnores() {
        JobCluster job =
                new JobCluster(
                        ONE
                                + ", backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore,"
                                + " onPodConditions: [{type: DisruptionTarget, status: 'True'}]}]}");
        job.status(
                job.pods().getFirst(),
                "{phase: Failed, conditions: [{type: DisruptionTarget, status: 'True'}]}");
        job.pass(BACKOFF);

        assertEquals(0, job.number("failed"));
        assertEquals(List.of(), job.conditions());
        assertEquals(1, job.running().size());
    }

    @Test
    void replacesAPodOnlyOnceItHasEndedWhenTold() {
        JobCluster job = new JobCluster(ONE + ", podReplacementPolicy: Failed");
        KubeObject pod = job.pods().getFirst();
        job.cluster.delete(Kinds.POD, pod);
        job.pass(BACKOFF);
        assertEquals(1, job.number("terminating"));
        assertEquals(1, job.pods().size());

        job.exit(job.pods().getFirst(), 1);
        job.pass(BACKOFF);

        assertEquals(1, job.number("failed"));
        assertEquals(1, job.running().size());
    }

    @Test
    void replacesAPodThatIsBeingDeleted() {
        JobCluster job = new JobCluster(ONE);
        job.cluster.delete(Kinds.POD, job.pods().getFirst());
        job.pass(BACKOFF);

        assertEquals(1, job.number("failed"));
        assertEquals(1, job.number("terminating"));
        assertEquals(1, job.running().size());
    }

    @Test
    void triesEachIndexAsOftenAsItsOwnLimitAllows() {
        JobCluster job = new JobCluster(THREE_INDEXES + ", backoffLimitPerIndex: 1");
        job.exitIndex(1, 1);
        job.exitIndex(0, 0);
        assertTrue(JobCount.isHeld(job.pods().get(1)), "waits for its replacement");

        job.pass(BACKOFF);
        assertEquals("1", job.runningIndex(1).annotation(JobIndexes.FAILURES));
        assertFalse(JobCount.isHeld(job.pods().get(1)));
        job.exitIndex(1, 1);
        assertEquals("1", job.text("failedIndexes"));
        job.exitIndex(2, 0);

        assertEquals("0,2", job.text("completedIndexes"));
        assertEquals(
                List.of(
                        "FailureTarget FailedIndexes: Job has failed indexes",
                        "Failed FailedIndexes: Job has failed indexes"),
                job.conditions());
        assertEquals(2, job.number("failed"));
    }

    @Test
    void givesUpWhenTooManyIndexesFailed() {
        JobCluster job =
                new JobCluster(THREE_INDEXES + ", backoffLimitPerIndex: 0, maxFailedIndexes: 1");
        job.exitIndex(0, 1);
        job.exitIndex(1, 1);
        job.gone(job.pods().getLast());

        String why =
                "MaxFailedIndexesExceeded: Job has exceeded the specified maximal number of failed"
                        + " indexes";
        assertEquals(List.of("FailureTarget " + why, "Failed " + why), job.conditions());
        assertEquals("0,1", job.text("failedIndexes"));
        assertEquals(3, job.number("failed"));
    }

    @Test
    void givesUpAnIndexWhenTheFailurePolicySaysSo() {
        JobCluster job =
                new JobCluster(
                        THREE_INDEXES
                                + ", backoffLimitPerIndex: 5, podFailurePolicy: {rules: [{action:"
                                + " FailIndex, onExitCodes: {operator: In, values: [3]}}]}");
        job.exitIndex(2, 3);

        assertEquals("2", job.text("failedIndexes"));
        assertEquals(2, job.running().size());
    }

    @Test
    void countsIgnoredFailuresOfAnIndexApart() {
        JobCluster job =
                new JobCluster(
                        THREE_INDEXES
                                + ", backoffLimitPerIndex: 0, podFailurePolicy: {rules: [{action:"
                                + " Ignore, onExitCodes: {operator: In, values: [3]}}]}");
        job.exitIndex(2, 3);
        job.pass(BACKOFF);

        assertEquals("0", job.runningIndex(2).annotation(JobIndexes.FAILURES));
        assertEquals("1", job.runningIndex(2).annotation(JobIndexes.IGNORED_FAILURES));
        assertEquals(0, job.number("failed"));
    }

    @Test
    void isDoneWhenTheSuccessPolicySaysSo() {
        JobCluster job =
                new JobCluster(
                        THREE_INDEXES
                                + ", successPolicy: {rules: [{succeededIndexes: '1-2',"
                                + " succeededCount: 1}]}");
        job.exitIndex(0, 0);
        assertEquals(List.of(), job.conditions());
        job.exitIndex(2, 0);
        job.gone(job.pods().get(1));

        String why = "SuccessPolicy: Matched rules at index 0";
        assertEquals(List.of("SuccessCriteriaMet " + why, "Complete " + why), job.conditions());
        assertEquals("0,2", job.text("completedIndexes"));
        assertEquals(0, job.number("failed"));
    }

    @Test
    void doesNotCountPodsThatItSuspended() {
        JobCluster job = new JobCluster("completions: 2, parallelism: 2");
        job.change(spec -> spec.with("suspend", true));
        assertEquals(List.of(), job.pods());
        assertEquals("", job.text("startTime"));

        job.change(spec -> spec.with("suspend", false));
        assertEquals(2, job.running().size());
        assertEquals(0, job.number("failed"));
        assertEquals("2026-01-01T00:00:00Z", job.text("startTime"));
    }

    @Test
    void adoptsWhatItsSelectorMatchesAndReleasesTheRest() {
        JobCluster job = new JobCluster(ONE);
        KubeObject pod = job.pods().getFirst();
        job.cluster.update(
                Kinds.POD,
                pod.withMetadata(
                        metadata -> metadata.without("ownerReferences").without("finalizers")),
                "");
        job.cluster.settle();
        assertEquals(job.job().uid(), job.pods().getFirst().ownerReferences().getFirst().uid());
        assertTrue(JobCount.isHeld(job.pods().getFirst()));

        job.cluster.update(
                Kinds.POD,
                job.pods().getFirst().withMetadata(metadata -> metadata.without("labels")),
                "");
        job.cluster.settle();
        assertEquals(JsonArray.EMPTY, job.pods().getFirst().metadata().array("ownerReferences"));
        assertFalse(JobCount.isHeld(job.pods().getFirst()));
        assertEquals(2, job.pods().size());
    }

    @Test
    void leavesJobsOfOthersAlone() {
        JobCluster job = new JobCluster(ONE + ", managedBy: example.com/other");

        assertEquals(List.of(), job.pods());
        assertTrue(job.job().status().isEmpty());
    }

    @Test
    void forgetsFailuresBeforeASuccess() {
        JobCluster job = new JobCluster("completions: 5, parallelism: 1");
        job.exit(job.running().getFirst(), 1);
        job.pass(BACKOFF);
        job.exit(job.running().getFirst(), 0);

        assertEquals(1, job.running().size());
    }

    @Test
    void failsWhenItsTimeIsOver() {
        JobCluster job = new JobCluster(ONE + ", activeDeadlineSeconds: 20");
        job.pass(Duration.ofSeconds(20));
        job.gone(job.pods().getFirst());

        String why = "DeadlineExceeded: Job was active longer than specified deadline";
        assertEquals(List.of("FailureTarget " + why, "Failed " + why), job.conditions());
    }

    @Test
    void removesSurplusPodsAndSecondPodsOfAnIndex() {
        JobCluster job = new JobCluster(THREE_INDEXES);
        job.change(spec -> spec.with("parallelism", 1));

        assertEquals(1, job.running().size());
        assertEquals(0, job.number("failed"));
    }
}
