package kat.monitoring;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.regex.Regex;

/// Forms of words that Prometheus checks.
final class Words {

    private static final Pattern DURATION =
            Pattern.compile(
                    "0|((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?"
                            + "(([0-9]+)ms)?)");
    /// Milliseconds of a year, week, day, hour, minute, second and of one, as in [#DURATION].
    private static final List<Double> UNITS =
            List.of(31_536e6, 604.8e6, 86.4e6, 3.6e6, 60e3, 1e3, 1.0);

    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern NO_LABEL = Pattern.compile("[^a-zA-Z0-9_]");

    private Words() {}

    static boolean isDuration(String text) {
        return !text.isEmpty() && DURATION.matcher(text).matches();
    }

    static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    static boolean isMetric(String text) {
        return METRIC.matcher(text).matches();
    }

    /// A name with an underscore for all that may not stand in that of a label.
    static String asLabel(String name) {
        return NO_LABEL.matcher(name).replaceAll("_");
    }

    /// How long a duration is.
    ///
    /// @param text that [#isDuration]
    static double millis(String text) {
        Matcher parts = DURATION.matcher(text);
        double sum = 0;
        if (parts.matches()) {
            for (int i = 0; i < UNITS.size(); i++) {
                String number = parts.group(2 * i + 3);
                sum += number == null ? 0 : Double.parseDouble(number) * UNITS.get(i);
            }
        }
        return sum;
    }

    /// @throws InvalidException when a text is no duration
    static void requireDuration(String text, String path) {
        if (!isDuration(text)) {
            throw new InvalidException(path, "'" + text + "' is no duration");
        }
    }

    /// @throws InvalidException when a text is no regular expression of Prometheus', in the
    ///     words of Go
    static void requireExpression(String text, String path) {
        try {
            Regex unused = Regex.compile(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidException(path, String.valueOf(e.getMessage()));
        }
    }
}
