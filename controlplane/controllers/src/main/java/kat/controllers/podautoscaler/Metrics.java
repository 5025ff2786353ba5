package kat.controllers.podautoscaler;

import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// What is measured, as an autoscaler asks for it. Each method may block for a short time.
///
/// **Threads:** any.
public interface Metrics {

    /// PodMetrics of the pods of a namespace.
    ///
    /// @throws MetricFault when nobody measures
    List<KubeObject> ofPods(String namespace) throws MetricFault;

    /// A metric of its own of each pod, in thousandths, by pod name.
    ///
    /// @param selector of the pods, as text
    /// @param metric its `name` and `selector`
    /// @throws MetricFault when nobody measures it
    Map<String, Long> custom(String namespace, String selector, JsonObject metric)
            throws MetricFault;

    /// A metric of one object, in thousandths.
    ///
    /// @throws MetricFault when nobody measures it
    long ofObject(String namespace, JsonObject described, JsonObject metric) throws MetricFault;

    /// The values of a metric that belongs to no object of the cluster, in thousandths.
    ///
    /// @throws MetricFault when nobody measures it
    List<Long> external(String namespace, JsonObject metric) throws MetricFault;

    /// A cluster in which pods' use of resources is all that is measured; the other questions are
    /// answered as Kubernetes answers them without an adapter.
    @FunctionalInterface
    interface OfPodsOnly extends Metrics {

        @Override
        default Map<String, Long> custom(String namespace, String selector, JsonObject metric)
                throws MetricFault {
            throw MetricFault.noCustomMetrics();
        }

        @Override
        default long ofObject(String namespace, JsonObject described, JsonObject metric)
                throws MetricFault {
            throw MetricFault.noCustomMetrics();
        }

        @Override
        default List<Long> external(String namespace, JsonObject metric) throws MetricFault {
            throw new MetricFault(
                    "unable to fetch metrics from external metrics API: the server could not find"
                            + " the requested resource (get "
                            + metric.string("name")
                            + ".external.metrics.k8s.io)");
        }
    }
}
