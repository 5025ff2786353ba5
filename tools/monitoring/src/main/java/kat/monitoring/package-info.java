/// The objects of the Prometheus operator (ServiceMonitor, PodMonitor, Probe, PrometheusRule
/// and AlertmanagerConfig) as configuration of a Prometheus and an Alertmanager.
///
/// Read [kat.monitoring.Compiler], a pure function from what is in the cluster to
/// [kat.monitoring.Configuration]; [kat.monitoring.ServiceJobs], [kat.monitoring.PodJobs] and
/// [kat.monitoring.RuleFiles] are its parts; then [kat.monitoring.MonitoringController], which
/// keeps that configuration in the objects that Prometheus mounts, and [kat.monitoring.Reload].
///
/// It knows the public API alone, so that it also runs beside any other cluster.
@NullMarked
package kat.monitoring;

import org.jspecify.annotations.NullMarked;
