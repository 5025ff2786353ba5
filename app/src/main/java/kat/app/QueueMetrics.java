package kat.app;

import java.util.List;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.client.ControllerRunner;
import kat.client.WorkQueue;

/// What waits to be reconciled, under the names that dashboards of Kubernetes know.
///
/// **Source:** `component-base/metrics/prometheus/workqueue/metrics.go`.
final class QueueMetrics {

    private static final String SUFFIX = "-controller";
    private static final Metric ADDS =
            Metric.counter("workqueue_adds_total", "Keys that were added to a queue.", "name");
    private static final Metric DEPTH =
            Metric.gauge("workqueue_depth", "Keys that wait in a queue.", "name");
    private static final Metric RETRIES =
            Metric.counter("workqueue_retries_total", "Keys added after a failure.", "name");
    private static final Metric UNFINISHED =
            Metric.gauge(
                    "workqueue_unfinished_work_seconds",
                    "Seconds that all keys in work have been in work, together.",
                    "name");
    private static final Metric LONGEST =
            Metric.gauge(
                    "workqueue_longest_running_processor_seconds",
                    "Seconds that the key which is longest in work has been in work.",
                    "name");
    private static final Metric WAITED =
            Metric.histogram(
                    "workqueue_queue_duration_seconds",
                    "Seconds from when a key was added until it was taken.",
                    WorkQueue.Figures.seconds(),
                    "name");
    private static final Metric WORKED =
            Metric.histogram(
                    "workqueue_work_duration_seconds",
                    "Seconds from when a key was taken until it was done.",
                    WorkQueue.Figures.seconds(),
                    "name");

    private QueueMetrics() {}

    static void tell(List<ControllerRunner> runners, Exposition to) {
        for (ControllerRunner runner : runners) {
            List<String> name = List.of(name(runner));
            WorkQueue<?> queue = runner.queue();
            WorkQueue.Figures figures = queue.figures();
            to.value(ADDS, figures.added(), name);
            to.value(DEPTH, queue.depth(), name);
            to.value(RETRIES, figures.retried(), name);
            WorkQueue.InWork inWork = queue.inWork();
            to.value(UNFINISHED, inWork.all(), name);
            to.value(LONGEST, inWork.longest(), name);
            to.histogram(WAITED, figures.waited(), name);
            to.histogram(WORKED, figures.worked(), name);
        }
    }

    /// Kubernetes names a queue after its controller, `deployment` for the Deployments' one.
    private static String name(ControllerRunner runner) {
        String name = runner.name();
        boolean isLong = name.endsWith(SUFFIX);
        return isLong ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
