package kat.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What KAT's parts log while a verb uses them: warnings, one line each, like the verb's own words.
/// What libraries log is for the server's log, not for a person.
final class CliLog {

    private CliLog() {}

    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler handler = new ConsoleHandler();
        handler.setLevel(Level.WARNING);
        handler.setFormatter(new Line());
        handler.setFilter(event -> String.valueOf(event.getLoggerName()).startsWith("kat."));
        root.addHandler(handler);
    }

    private static final class Line extends Formatter {

        @Override
        public String format(LogRecord event) {
            StringBuilder line = new StringBuilder("kat: ").append(formatMessage(event));
            if (event.getThrown() != null) {
                line.append(": ").append(event.getThrown().getMessage());
            }
            return line.append('\n').toString();
        }
    }
}
