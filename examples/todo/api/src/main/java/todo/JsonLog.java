package todo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Writes each log record as one line of JSON.
///
/// A map given as the record's parameter becomes fields of the line:
/// `LOG.log(Level.INFO, "request", Map.of("status", 200))`.
final class JsonLog extends Formatter {

    private static final int MOST_PLACES = 12;

    /// Sends everything in this form to standard error, where the container runtime collects it.
    static void install() {
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new JsonLog());
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(handler);
    }

    @Override
    public String format(LogRecord entry) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", entry.getInstant());
        line.put("level", level(entry.getLevel()));
        line.put("logger", String.valueOf(entry.getLoggerName()));
        line.put("message", formatMessage(entry));
        Object[] parameters = entry.getParameters();
        if (parameters != null
                && parameters.length == 1
                && parameters[0] instanceof Map<?, ?> map) {
            map.forEach((key, value) -> line.putIfAbsent(String.valueOf(key), value));
        }
        if (entry.getThrown() != null) {
            line.put("error", causes(entry.getThrown()));
        }
        return new String(Json.bytes(line), StandardCharsets.UTF_8) + "\n";
    }

    /// The exception and its causes, each with the places that led to it.
    private static List<Map<String, Object>> causes(Throwable thrown) {
        List<Map<String, Object>> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            List<String> places =
                    Arrays.stream(cause.getStackTrace())
                            .limit(MOST_PLACES)
                            .map(StackTraceElement::toString)
                            .toList();
            causes.add(Map.of("what", cause.toString(), "at", places));
        }
        return causes;
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warning";
        }
        return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }
}
