package kat.apiserver.streaming;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

    /// @throws kat.api.StatusException 400 when a value cannot be understood, 422 when it cannot be
    static void check(String pod, Function<String, List<String>> query) {
        List<Status.Cause> faults = new ArrayList<>();
        least(query, "tailLines", 0, faults);
        least(query, "limitBytes", 1, faults);
        if (!query.apply("sinceTime").isEmpty() && !query.apply("sinceSeconds").isEmpty()) {
            faults.add(
                    forbidden(
                            "[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        } else {
            least(query, "sinceSeconds", 1, faults);
        }
        if (!query.apply("stream").isEmpty()) {
            faults.add(forbidden("stream", "may not be specified"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid("", "PodLogOptions", pod, faults).asException();
        }
    }

    private static Status.Cause forbidden(String field, String why) {
        return new Status.Cause("FieldValueForbidden", "Forbidden: " + why, field);
    }

    private static void least(
            Function<String, List<String>> query,
            String name,
            long least,
            List<Status.Cause> faults) {
        List<String> values = query.apply(name);
        if (values.isEmpty() || values.getFirst().isEmpty()) {
            return;
        }
        long value = number(values.getFirst());
        if (value < least) {
            String bound = least == 0 ? "greater than or equal to 0" : "greater than 0";
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + value + ": must be " + bound,
                            name));
        }
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
        return number(text);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax")
                    .asException();
        }
    }
}
