package kat.apiserver.measure;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Kept;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// Who signed in and what was permitted, and how long finding out took.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/filters/metrics.go`.
public final class AccessMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final Metric DEPRECATED =
            Metric.gauge(
                    "apiserver_requested_deprecated_apis",
                    "1 for each kind that was asked for and is no longer advised.",
                    "group",
                    "removed_release",
                    "resource",
                    "subresource",
                    "version");
    private static final int MOST_DEPRECATED = 1_000;

    private static final double[] SECONDS = Histogram.exponential(0.001, 2, 15);
    private static final double[] FILTER_SECONDS = {
        0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 5, 10, 15, 30
    };

    /// Subresources that custom kinds may have; the empty one is the object.
    private static final Set<String> PARTS = Set.of("", "status", "scale");

    /// Where the subresource stands among the values.
    private static final int PART = 3;

    /// Names that Kubernetes tells; all others are told as one or two.
    private static final Set<String> KNOWN =
            Set.of(
                    "admin",
                    "client",
                    "kube_proxy",
                    "kubelet",
                    "system:serviceaccount:kube-system:default");

    private final Kept<String, LongAdder> users;
    private final Kept<Signed, Outcome> logins;
    private final Kept<Decided, Outcome> decisions;
    private final Histogram signIn;
    private final Histogram permission;
    private final Set<List<String>> deprecated = ConcurrentHashMap.newKeySet();
    private final Ticker ticker;

    public AccessMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        AutoCloseable unused =
                metrics.add(to -> deprecated.forEach(values -> to.value(DEPRECATED, 1, values)));
        Series<LongAdder> names =
                metrics.adders(
                        Metric.counter(
                                "authenticated_user_requests",
                                "Requests by user, most of them as `other`.",
                                "username"));
        this.users = new Kept<>(names::of);
        Series<LongAdder> attempts =
                metrics.adders(
                        Metric.counter(
                                "authentication_attempts", "Requests by sign-in.", "result"));
        Series<Histogram> attemptSeconds =
                metrics.histograms(
                        Metric.histogram(
                                "authentication_duration_seconds",
                                "Seconds until it was known who sent a request.",
                                SECONDS,
                                "result"));
        this.logins = new Kept<>(by -> Outcome.of(by.label, attempts, attemptSeconds));
        Series<LongAdder> decided =
                metrics.adders(
                        Metric.counter(
                                "authorization_attempts_total",
                                "Requests by permission.",
                                "result"));
        Series<Histogram> decidedSeconds =
                metrics.histograms(
                        Metric.histogram(
                                "authorization_duration_seconds",
                                "Seconds until it was known whether a request was permitted.",
                                SECONDS,
                                "result"));
        this.decisions = new Kept<>(by -> Outcome.of(by.label, decided, decidedSeconds));
        Series<Histogram> filters =
                metrics.histograms(
                        Metric.histogram(
                                "apiserver_request_filter_duration_seconds",
                                "Seconds of what requests pass before their work.",
                                FILTER_SECONDS,
                                "filter"));
        this.signIn = filters.of("authentication");
        this.permission = filters.of("authorization");
    }

    public long now() {
        return ticker.nanos();
    }

    /// A kind was asked for that is served but no longer advised.
    ///
    /// @param values group, the release that will not have it or nothing, resource, subresource,
    ///     version
    public void deprecated(List<String> values) {
        // Parts of custom kinds have the names that clients give them, until they are looked for.
        if (deprecated.size() < MOST_DEPRECATED && PARTS.contains(values.get(PART))) {
            deprecated.add(values);
        }
    }

    /// It is known who sent a request.
    public void accepted(String user, long since) {
        users.of(shown(user)).increment();
        login(Signed.IN, since);
    }

    /// A request did not sign in.
    ///
    /// @param isInvalid whether it showed something, which is not valid
    public void refused(boolean isInvalid, long since) {
        login(isInvalid ? Signed.INVALID : Signed.NOT, since);
    }

    private void login(Signed result, long since) {
        double seconds = (ticker.nanos() - since) / NANOS_PER_SECOND;
        logins.of(result).add(seconds);
        signIn.add(seconds);
    }

    private static String shown(String user) {
        if (KNOWN.contains(user)) {
            return user;
        }
        return user.indexOf('@') < 0 ? "other" : "email_id";
    }

    /// How it came out who sends a request.
    private enum Signed {
        IN("success"),
        NOT("failure"),
        INVALID("error");

        private final String label;

        Signed(String label) {
            this.label = label;
        }
    }

    /// Requests with one result.
    private record Outcome(LongAdder count, Histogram times) {

        static Outcome of(String result, Series<LongAdder> counts, Series<Histogram> times) {
            return new Outcome(counts.of(result), times.of(result));
        }

        void add(double seconds) {
            count.increment();
            times.add(seconds);
        }
    }

    /// How it came out whether a request is permitted.
    public enum Decided {
        ALLOWED("allowed"),
        DENIED("denied"),
        /// Nobody allows it.
        NO_OPINION("no-opinion"),
        ERROR("error");

        private final String label;

        Decided(String label) {
            this.label = label;
        }
    }

    public void decided(Decided decided, long since) {
        double seconds = (ticker.nanos() - since) / NANOS_PER_SECOND;
        decisions.of(decided).add(seconds);
        permission.add(seconds);
    }
}
