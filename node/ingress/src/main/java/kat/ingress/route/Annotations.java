package kat.ingress.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;

/// Reads annotations of ingress-nginx one by one and keeps what was wrong with them. What nobody
/// has asked for in the end is unknown.
///
/// **Threads:** one.
final class Annotations {

    static final String PREFIX = "nginx.ingress.kubernetes.io/";

    private final SequencedMap<String, String> all;
    private final SequencedSet<String> known = new TreeSet<>();
    private final List<Problem> problems = new ArrayList<>();

    Annotations(SequencedMap<String, String> all) {
        this.all = all;
    }

    /// The value; empty when absent.
    String text(String name) {
        known.add(name);
        return all.getOrDefault(PREFIX + name, "").strip();
    }

    boolean has(String name) {
        known.add(name);
        return all.containsKey(PREFIX + name);
    }

    boolean bool(String name, boolean absent) {
        String value = text(name);
        return switch (value) {
            case "" -> absent;
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> {
                invalid(name, "true or false");
                yield absent;
            }
        };
    }

    /// nginx's own form of [#bool].
    boolean onOff(String name, boolean absent) {
        String value = text(name);
        return switch (value) {
            case "" -> absent;
            case "on" -> true;
            case "off" -> false;
            default -> {
                invalid(name, "on or off");
                yield absent;
            }
        };
    }

    /// @param least smaller ones are wrong
    int number(String name, int least, int absent) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= least) {
            return Integer.parseInt(value);
        }
        invalid(name, "a whole number of at least " + least);
        return absent;
    }

    /// Seconds, as a number or in nginx's form (`60`, `60s`, `2m`, `1h`).
    int seconds(String name, int absent) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        int seconds = seconds(value);
        if (seconds < 0) {
            invalid(name, "a number of seconds");
            return absent;
        }
        return seconds;
    }

    /// Seconds in nginx's form; negative for what is no such time.
    static int seconds(String value) {
        if (!value.matches("[0-9]{1,6}[smh]?")) {
            return -1;
        }
        char unit = value.charAt(value.length() - 1);
        int amount = Integer.parseInt(value.replaceAll("[smh]", ""));
        return switch (unit) {
            case 'm' -> amount * 60;
            case 'h' -> amount * 3600;
            default -> amount;
        };
    }

    /// Bytes in nginx's form: `512`, `8k`, `1m`, `1g`.
    long bytes(String name, long absent) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (!value.matches("[0-9]{1,9}[kKmMgG]?")) {
            invalid(name, "a size such as 8m");
            return absent;
        }
        long amount = Long.parseLong(value.replaceAll("[a-zA-Z]", ""));
        return switch (Character.toLowerCase(value.charAt(value.length() - 1))) {
            case 'k' -> amount << 10;
            case 'm' -> amount << 20;
            case 'g' -> amount << 30;
            default -> amount;
        };
    }

    /// Parts between commas; none when absent.
    List<String> list(String name) {
        String value = text(name);
        return value.isEmpty()
                ? List.of()
                : Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    void invalid(String name, String wanted) {
        problems.add(Problem.invalid(PREFIX + name, text(name), wanted));
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    /// Names that are understood and need nothing to be done.
    void ignore(List<String> names) {
        known.addAll(names);
    }

    /// Everything that was wrong, and what nobody asked for.
    List<Problem> finish() {
        for (Map.Entry<String, String> each : all.entrySet()) {
            String name = each.getKey();
            if (name.startsWith(PREFIX) && !known.contains(name.substring(PREFIX.length()))) {
                problems.add(Problem.unsupported(name));
            }
        }
        return List.copyOf(problems);
    }
}
