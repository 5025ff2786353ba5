package kat.app;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// How the server's log looks: one line an event, with time, level and source; a defect's stack
/// below.
final class ServerLog {

    private ServerLog() {}

    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new Line());
        handler.setLevel(Level.INFO);
        root.addHandler(handler);
        root.setLevel(Level.INFO);
    }

    private static final class Line extends Formatter {

        @Override
        public String format(LogRecord event) {
            Instant time = event.getInstant().truncatedTo(ChronoUnit.MILLIS);
            StringBuilder line =
                    new StringBuilder()
                            .append(time)
                            .append(' ')
                            .append(event.getLevel().getName().charAt(0))
                            .append(' ')
                            .append(event.getLoggerName())
                            .append(": ")
                            .append(formatMessage(event))
                            .append('\n');
            for (Throwable cause = event.getThrown(); cause != null; cause = cause.getCause()) {
                line.append("  ").append(cause).append('\n');
                for (StackTraceElement frame : cause.getStackTrace()) {
                    line.append("    at ").append(frame).append('\n');
                }
            }
            return line.toString();
        }
    }
}
