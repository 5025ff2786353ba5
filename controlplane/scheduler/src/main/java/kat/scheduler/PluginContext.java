package kat.scheduler;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Time and chance, for plug-ins.
///
/// @param nanos on a steady scale
/// @param now the time of day
/// @param names gives names that nobody else has
public record PluginContext(LongSupplier nanos, Supplier<Instant> now, Supplier<String> names) {

    /// Time stands still, and all names are the same.
    public static final PluginContext STILL =
            new PluginContext(() -> 0, () -> Instant.EPOCH, () -> "name");
}
