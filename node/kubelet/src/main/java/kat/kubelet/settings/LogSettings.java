package kat.kubelet.settings;

import java.time.Duration;
import java.util.List;
import kat.api.json.JsonObject;

/// How large and how many the logs of a container may be.
///
/// @param largest field `containerLogMaxSize`: a log is moved away when it is larger, in bytes,
///     default 10Mi
/// @param mostFiles field `containerLogMaxFiles`: so many stay with the one that is written, from 2
///     on, default 5
/// @param interval field `containerLogMonitorInterval`: how often logs are looked at, from 3 s on,
///     default 10 s
public record LogSettings(long largest, int mostFiles, Duration interval) {

    static final List<String> FIELDS =
            List.of("containerLogMaxSize", "containerLogMaxFiles", "containerLogMonitorInterval");

    private static final Duration SHORTEST = Duration.ofSeconds(3);

    public static final LogSettings USUAL = new LogSettings(10L << 20, 5, Duration.ofSeconds(10));

    public LogSettings {
        require(largest > 0, "containerLogMaxSize must be positive");
        require(mostFiles > 1, "containerLogMaxFiles must be greater than 1");
        require(
                interval.compareTo(SHORTEST) >= 0,
                "containerLogMonitorInterval must be a positive time duration greater than or equal"
                        + " to 3s");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("invalid configuration: " + message);
        }
    }

    static LogSettings of(Fields fields) {
        return new LogSettings(
                fields.bytes("containerLogMaxSize", USUAL.largest),
                fields.number("containerLogMaxFiles", USUAL.mostFiles),
                fields.duration("containerLogMonitorInterval", USUAL.interval));
    }

    void addTo(JsonObject.Builder json) {
        json.put("containerLogMaxSize", Amount.text(largest))
                .put("containerLogMaxFiles", mostFiles)
                .put("containerLogMonitorInterval", Fields.text(interval));
    }
}
