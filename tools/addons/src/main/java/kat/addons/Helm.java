package kat.addons;

import java.util.List;

/// Runs Helm against the cluster.
@FunctionalInterface
public interface Helm {

    /// What Helm did.
    ///
    /// @param code 0 when it did what it was asked for
    /// @param out its results
    /// @param err its errors
    record Outcome(int code, String out, String err) {}

    /// @param words Helm's arguments
    Outcome run(List<String> words) throws InterruptedException;
}
