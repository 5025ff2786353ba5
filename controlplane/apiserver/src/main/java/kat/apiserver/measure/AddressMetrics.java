package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;
import kat.base.metrics.Source;

/// How many addresses and node ports Services were given, and how many are left.
///
/// **Threads:** any.
///
/// **Source:** `pkg/registry/core/service/ipallocator/metrics.go`,
/// `…/service/portallocator/metrics.go`.
public final class AddressMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };
    private static final String ADDRESSES = "kube_apiserver_clusterip_allocator_";
    private static final String PORTS = "kube_apiserver_nodeport_allocator_";
    private static final String RANGE = "cidr";
    private static final String SCOPE = "scope";
    private static final Metric TAKEN_ADDRESSES =
            Metric.gauge(
                    ADDRESSES + "allocated_ips", "Addresses of a range that are taken.", RANGE);
    private static final Metric FREE_ADDRESSES =
            Metric.gauge(ADDRESSES + "available_ips", "Addresses of a range that are free.", RANGE);
    private static final Metric TAKEN_PORTS =
            Metric.gauge(PORTS + "allocated_ports", "Node ports that are taken.");
    private static final Metric FREE_PORTS =
            Metric.gauge(PORTS + "available_ports", "Node ports that are free.");

    private final Metrics metrics;
    private final Series<LongAdder> addresses;
    private final Series<LongAdder> addressErrors;
    private final Series<Histogram> seconds;
    private final Series<LongAdder> ports;
    private final Series<LongAdder> portErrors;
    private final Ticker ticker;

    public AddressMetrics(Metrics metrics, Ticker ticker) {
        this.metrics = metrics;
        this.ticker = ticker;
        this.addresses =
                metrics.adders(
                        Metric.counter(
                                ADDRESSES + "allocation_total",
                                "Addresses that were given to Services.",
                                RANGE,
                                SCOPE));
        this.addressErrors =
                metrics.adders(
                        Metric.counter(
                                ADDRESSES + "allocation_errors_total",
                                "Addresses that could not be given.",
                                RANGE,
                                SCOPE));
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                ADDRESSES + "allocation_duration_seconds",
                                "Seconds until an address was found.",
                                SECONDS,
                                RANGE));
        this.ports =
                metrics.adders(
                        Metric.counter(
                                PORTS + "allocation_total",
                                "Node ports that were given to Services.",
                                SCOPE));
        this.portErrors =
                metrics.adders(
                        Metric.counter(
                                PORTS + "allocation_errors_total",
                                "Node ports that could not be given.",
                                SCOPE));
    }

    /// Asks somebody at every look who knows what is taken.
    public void add(Source source) {
        AutoCloseable unused = metrics.add(source);
    }

    public static void addresses(String range, long taken, long size, Exposition to) {
        to.value(TAKEN_ADDRESSES, taken, range);
        to.value(FREE_ADDRESSES, size - taken, range);
    }

    public static void ports(long taken, long size, Exposition to) {
        to.value(TAKEN_PORTS, taken);
        to.value(FREE_PORTS, size - taken);
    }

    public long now() {
        return ticker.nanos();
    }

    /// An address was given.
    ///
    /// @param asked whether the Service named it
    public void address(String range, boolean asked, long since) {
        addresses.of(range, scope(asked)).increment();
        seconds.of(range).add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    /// The range is full, or the address that a Service named is taken.
    public void noAddress(String range, boolean asked) {
        addressErrors.of(range, scope(asked)).increment();
    }

    /// A port was given.
    ///
    /// @param asked whether the Service named it
    public void port(boolean asked) {
        ports.of(scope(asked)).increment();
    }

    /// As [#noAddress], of a port.
    public void noPort(boolean asked) {
        portErrors.of(scope(asked)).increment();
    }

    private static String scope(boolean asked) {
        return asked ? "static" : "dynamic";
    }
}
