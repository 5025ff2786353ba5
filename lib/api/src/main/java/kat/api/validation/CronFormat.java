package kat.api.validation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Checks schedules in the form of cron, with the sentences of the parser that Kubernetes uses.
final class CronFormat {

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private static final List<String> DESCRIPTORS =
            List.of(
                    "@yearly",
                    "@annually",
                    "@monthly",
                    "@weekly",
                    "@daily",
                    "@midnight",
                    "@hourly");

    private static final Map<String, Integer> MONTHS =
            Map.ofEntries(
                    Map.entry("jan", 1),
                    Map.entry("feb", 2),
                    Map.entry("mar", 3),
                    Map.entry("apr", 4),
                    Map.entry("may", 5),
                    Map.entry("jun", 6),
                    Map.entry("jul", 7),
                    Map.entry("aug", 8),
                    Map.entry("sep", 9),
                    Map.entry("oct", 10),
                    Map.entry("nov", 11),
                    Map.entry("dec", 12));

    private static final Map<String, Integer> DAYS =
            Map.of("sun", 0, "mon", 1, "tue", 2, "wed", 3, "thu", 4, "fri", 5, "sat", 6);

    private record Range(int least, int most, Map<String, Integer> names) {}

    private static final List<Range> FIELDS =
            List.of(
                    new Range(0, 59, Map.of()),
                    new Range(0, 23, Map.of()),
                    new Range(1, 31, Map.of()),
                    new Range(1, 12, MONTHS),
                    new Range(0, 6, DAYS));

    private CronFormat() {}

    /// What is wrong; empty when nothing is.
    static String fault(String schedule) {
        String text = schedule;
        if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
            int space = text.indexOf(' ');
            String zone = text.substring(text.indexOf('=') + 1, Math.max(space, 0));
            if (space >= 0 && !BatchRules.isZone(zone)) {
                return "provided bad location " + zone + ": unknown time zone " + zone;
            }
            text = space < 0 ? "" : text.substring(space).strip();
        }
        if (text.startsWith("@")) {
            boolean known = DESCRIPTORS.contains(text) || text.startsWith("@every ");
            return known ? "" : "unrecognized descriptor: " + text;
        }
        String stripped = text.strip();
        String[] fields = stripped.isEmpty() ? new String[0] : SPACE.split(stripped);
        if (fields.length != FIELDS.size()) {
            return "expected exactly 5 fields, found "
                    + fields.length
                    + ": ["
                    + String.join(" ", fields)
                    + "]";
        }
        for (int i = 0; i < fields.length; i++) {
            String fault = field(fields[i], FIELDS.get(i));
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    private static String field(String field, Range range) {
        for (String part : field.split(",", -1)) {
            String fault = part.isEmpty() ? "" : part(part, range);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    private static String part(String part, Range range) {
        String[] stepped = part.split("/", -1);
        String[] bounds = stepped[0].split("-", -1);
        if (stepped.length > 2) {
            return "too many slashes: " + part;
        }
        int low;
        int high;
        try {
            if (bounds[0].equals("*") || bounds[0].equals("?")) {
                low = range.least();
                high = range.most();
            } else {
                low = number(bounds[0], range);
                high = bounds.length > 1 ? number(bounds[1], range) : low;
            }
            if (bounds.length > 2) {
                return "too many hyphens: " + part;
            }
            int step = stepped.length == 2 ? number(stepped[1], new Range(0, 0, Map.of())) : 1;
            if (stepped.length == 2 && bounds.length == 1 && low == high) {
                high = range.most();
            }
            if (step == 0) {
                return "step of range should be a positive number: " + part;
            }
        } catch (NumberFormatException notANumber) {
            return "failed to parse int from " + notANumber.getMessage();
        }
        if (low < range.least()) {
            return "beginning of range ("
                    + low
                    + ") below minimum ("
                    + range.least()
                    + "): "
                    + part;
        }
        if (high > range.most()) {
            return "end of range (" + high + ") above maximum (" + range.most() + "): " + part;
        }
        return low > high
                ? "beginning of range (" + low + ") beyond end of range (" + high + "): " + part
                : "";
    }

    private static int number(String text, Range range) {
        Integer named = range.names().get(text.toLowerCase(Locale.ROOT));
        if (named != null) {
            return named;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            NumberFormatException shown =
                    new NumberFormatException(
                            text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax");
            shown.initCause(e);
            throw shown;
        }
    }
}
