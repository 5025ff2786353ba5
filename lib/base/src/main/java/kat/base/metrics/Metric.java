package kat.base.metrics;

import java.util.Arrays;
import java.util.List;
import kat.base.Histogram;

/// What is counted or measured under one name.
///
/// @param name as Prometheus knows it, with its unit last
/// @param help one sentence
/// @param bounds the most that each range of a histogram but the last holds, ascending; empty
///     for other types
/// @param labels by what series are told apart, in the order of their values; may be empty
public record Metric(
        String name, Type type, String help, List<Double> bounds, List<String> labels) {

    /// How its values behave.
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    public Metric {
        bounds = List.copyOf(bounds);
        labels = List.copyOf(labels);
    }

    /// One that only grows.
    public static Metric counter(String name, String help, String... labels) {
        return new Metric(name, Type.COUNTER, help, List.of(), List.of(labels));
    }

    /// One that goes up and down.
    public static Metric gauge(String name, String help, String... labels) {
        return new Metric(name, Type.GAUGE, help, List.of(), List.of(labels));
    }

    /// One that counts values by the range in which they lie.
    ///
    /// @param bounds ascending
    public static Metric histogram(String name, String help, double[] bounds, String... labels) {
        List<Double> most = Arrays.stream(bounds).boxed().toList();
        return new Metric(name, Type.HISTOGRAM, help, most, List.of(labels));
    }

    /// An empty histogram with the ranges of this one.
    public Histogram newHistogram() {
        return new Histogram(bounds.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
