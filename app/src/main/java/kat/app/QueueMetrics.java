package kat.app;

import java.util.List;
import java.util.function.ToLongFunction;
import kat.base.Histogram;
import kat.client.ControllerRunner;
import kat.client.WorkQueue;

/// What waits to be reconciled, under the names that dashboards of Kubernetes know.
///
/// **Source:** `component-base/metrics/prometheus/workqueue/metrics.go`.
final class QueueMetrics {

    private static final String SUFFIX = "-controller";

    private QueueMetrics() {}

    static String text(List<ControllerRunner> runners) {
        StringBuilder out = new StringBuilder();
        numbers(runners, "adds_total counter", queue -> queue.figures().added(), out);
        numbers(runners, "depth gauge", WorkQueue::depth, out);
        numbers(runners, "retries_total counter", queue -> queue.figures().retried(), out);
        String waited = head("queue_duration_seconds histogram", out);
        for (ControllerRunner runner : runners) {
            Histogram histogram = runner.queue().figures().waited();
            histogram.write(waited, labels(runner), out);
        }
        String worked = head("work_duration_seconds histogram", out);
        for (ControllerRunner runner : runners) {
            Histogram histogram = runner.queue().figures().worked();
            histogram.write(worked, labels(runner), out);
        }
        return out.toString();
    }

    private static void numbers(
            List<ControllerRunner> runners,
            String nameAndType,
            ToLongFunction<WorkQueue<?>> number,
            StringBuilder out) {
        String name = head(nameAndType, out);
        for (ControllerRunner runner : runners) {
            out.append(name).append('{').append(labels(runner)).append("} ");
            out.append(number.applyAsLong(runner.queue())).append('\n');
        }
    }

    private static String head(String nameAndType, StringBuilder out) {
        out.append("# TYPE workqueue_").append(nameAndType).append('\n');
        return "workqueue_" + nameAndType.substring(0, nameAndType.indexOf(' '));
    }

    /// Kubernetes names a queue after its controller, `deployment` for the Deployments' one.
    private static String labels(ControllerRunner runner) {
        String name = runner.name();
        boolean isLong = name.endsWith(SUFFIX);
        String queue = isLong ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return "name=\"" + queue + "\"";
    }
}
