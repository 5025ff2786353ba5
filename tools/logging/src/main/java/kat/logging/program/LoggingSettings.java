package kat.logging.program;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import kat.api.Quantity;
import kat.logging.store.StoreLimits;
import org.jspecify.annotations.Nullable;

/// The settings of the add-on.
///
/// | setting | meaning                                     | default |
/// |---------|---------------------------------------------|---------|
/// | `size`  | bytes on disk, as a quantity                | `2Gi`   |
/// | `age`   | how long lines are kept: `12h`, `7d`        | `7d`    |
/// | `node`  | the node's name in lines                    | `kat`   |
/// | `outputs` | a list in YAML of [OutputSettings]        | none    |
record LoggingSettings(StoreLimits limits, String node, List<OutputSettings> outputs) {

    LoggingSettings {
        outputs = List.copyOf(outputs);
    }

    private static final Set<String> KNOWN = Set.of("size", "age", "node", "outputs");

    /// @throws IllegalArgumentException when a setting is unknown or wrong; the message says
    ///     which
    static LoggingSettings of(SortedMap<String, String> settings) {
        for (String name : settings.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("unknown setting " + name);
            }
        }
        StoreLimits usual = StoreLimits.DEFAULT;
        String size = settings.getOrDefault("size", "");
        String age = settings.getOrDefault("age", "");
        return new LoggingSettings(
                new StoreLimits(
                        size.isEmpty() ? usual.mostBytes() : bytes(size),
                        age.isEmpty() ? usual.longest() : duration("age", age)),
                settings.getOrDefault("node", "kat"),
                OutputSettings.read(settings.getOrDefault("outputs", "")));
    }

    private static long bytes(String text) {
        @Nullable Quantity quantity = Quantity.tryParse(text);
        if (quantity == null) {
            throw new IllegalArgumentException("size must be a quantity such as 2Gi: " + text);
        }
        return quantity.wholeUnits();
    }

    /// Reads `90s`, `15m`, `12h` or `7d`.
    ///
    /// @throws IllegalArgumentException when it is none of these
    static Duration duration(String name, String text) {
        try {
            return text.matches("[0-9]{1,6}d")
                    ? Duration.parse("P" + text)
                    : Duration.parse("PT" + text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name + " must be a duration such as 90s, 15m, 12h or 7d: " + text, e);
        }
    }
}
