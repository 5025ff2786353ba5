package kat.kubelet.logs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One line of a log file, cut into its parts without copying them.
///
/// **Source:** `pkg/kubelet/kuberuntime/logs`.
final class LogLine {

    private final byte[] line;
    private final int streamStart;
    private final int tagStart;
    private final int textStart;

    private LogLine(byte[] line, int streamStart, int tagStart, int textStart) {
        this.line = line;
        this.streamStart = streamStart;
        this.tagStart = tagStart;
        this.textStart = textStart;
    }

    /// @param line without its line end
    /// @return null when it is no line of this format
    static @Nullable LogLine parse(byte[] line) {
        int first = space(line, 0);
        int second = first < 0 ? -1 : space(line, first + 1);
        int third = second < 0 ? -1 : space(line, second + 1);
        return third < 0 ? null : new LogLine(line, first + 1, second + 1, third + 1);
    }

    private static int space(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    String time() {
        return new String(line, 0, streamStart - 1, StandardCharsets.US_ASCII);
    }

    boolean isBefore(Instant since) {
        try {
            return Instant.parse(time()).isBefore(since);
        } catch (DateTimeParseException notATime) {
            return false;
        }
    }

    /// Whether it came from `Stdout` or `Stderr`, as asked; `All` for either.
    boolean isOf(String stream) {
        boolean error = line[streamStart + 3] == 'e';
        return switch (stream) {
            case "Stdout" -> !error;
            case "Stderr" -> error;
            default -> true;
        };
    }

    /// Whether the program's line goes on in the next one.
    boolean isPartial() {
        return line[tagStart] == 'P';
    }

    byte[] text() {
        return Arrays.copyOfRange(line, textStart, line.length);
    }
}
