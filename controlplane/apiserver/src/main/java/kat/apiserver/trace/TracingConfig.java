package kat.apiserver.trace;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.base.trace.Tracer;
import org.jspecify.annotations.Nullable;

/// Where traces go, and how many.
///
/// @param endpoint takes OTLP over gRPC without TLS: `host:port`, `dns:///host:port` or
///     `unix:///path`; `localhost:4317` by default
/// @param perMillion how many of a million requests are traced that come without a trace of
///     their own; 0 by default
public record TracingConfig(String endpoint, int perMillion) {

    private static final String DEFAULT_ENDPOINT = "localhost:4317";
    private static final List<String> VERSIONS =
            List.of(
                    "apiserver.config.k8s.io/v1",
                    "apiserver.config.k8s.io/v1beta1",
                    "apiserver.config.k8s.io/v1alpha1");
    private static final Set<String> KEYS =
            new TreeSet<>(List.of("apiVersion", "endpoint", "kind", "samplingRatePerMillion"));

    /// Reads a `TracingConfiguration`.
    ///
    /// @throws ConfigFileException when it is none that can be used
    ///
    /// **Source:** `component-base/tracing/api/v1/config.go`.
    public static TracingConfig parse(JsonObject tree) {
        ConfigFile.requireType(tree, VERSIONS, "TracingConfiguration");
        ConfigFile.requireKnown(tree, KEYS, "");
        String endpoint = tree.string("endpoint", DEFAULT_ENDPOINT);
        GrpcCaller.Target.of(endpoint);
        return new TracingConfig(endpoint, rate(tree.get("samplingRatePerMillion")));
    }

    private static int rate(@Nullable Json given) {
        if (given == null || given.isNull()) {
            return 0;
        }
        if (!(given instanceof JsonNumber number) || !number.isInteger()) {
            throw invalid(given, "must be a whole number");
        }
        if (number.longValue() < 0) {
            throw invalid(given, "sampling rate must be positive");
        }
        if (number.longValue() > Tracer.MILLION) {
            throw invalid(
                    given, "sampling rate per million must be less than or equal to one million");
        }
        return (int) number.longValue();
    }

    private static ConfigFileException invalid(Json given, String why) {
        return new ConfigFileException(
                "samplingRatePerMillion: Invalid value: " + given + ": " + why);
    }
}
