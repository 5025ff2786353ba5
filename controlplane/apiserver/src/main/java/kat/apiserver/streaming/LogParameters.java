package kat.apiserver.streaming;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import kat.api.Status;
import kat.client.node.LogOptions;
import org.jspecify.annotations.Nullable;

/// The query parameters of `log`.
final class LogParameters {

    private LogParameters() {}

    /// @throws kat.api.StatusException 400 when a value cannot be understood
    static LogOptions of(NodeStreams.Ask ask) {
        String stream = ask.one("stream");
        return new LogOptions(
                ask.flag("follow"),
                ask.flag("previous"),
                ask.flag("timestamps"),
                since(ask),
                number(ask, "tailLines"),
                number(ask, "limitBytes"),
                stream.isEmpty() ? "All" : stream);
    }

    private static @Nullable Instant since(NodeStreams.Ask ask) {
        String time = ask.one("sinceTime");
        if (!time.isEmpty()) {
            try {
                return Instant.parse(time);
            } catch (DateTimeParseException e) {
                throw Status.badRequest("sinceTime " + time + " is no RFC 3339 time").asException();
            }
        }
        long seconds = number(ask, "sinceSeconds");
        return seconds < 0 ? null : ask.now().minusSeconds(seconds);
    }

    private static long number(NodeStreams.Ask ask, String name) {
        String text = ask.one(name);
        if (text.isEmpty()) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax")
                    .asException();
        }
    }
}
