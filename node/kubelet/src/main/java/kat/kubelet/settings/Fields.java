package kat.kubelet.settings;

import java.time.Duration;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Typed looks at a part of a configuration. What is of a wrong type is told in one sentence with
/// the field's name.
record Fields(JsonObject tree) {

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

    /// @throws IllegalArgumentException when there is any other
    void requireOnly(Set<String> known, String what) {
        for (String name : tree.names()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "unknown field \""
                                + name
                                + "\" of "
                                + what
                                + "; known here are "
                                + String.join(", ", known));
            }
        }
    }

    int number(String name, int absent) {
        return switch (tree.get(name)) {
            case null -> absent;
            case JsonNumber value when value.isInteger() ->
                    Math.clamp(value.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
            case Json other -> throw wrong(name, "a whole number", other);
        };
    }

    /// As Go writes it: `1m30s`.
    Duration duration(String name, Duration absent) {
        return switch (tree.get(name)) {
            case null -> absent;
            case JsonString(String text) when isDuration(text) -> duration(text);
            case Json other -> throw wrong(name, "a duration such as 1m30s", other);
        };
    }

    /// In bytes.
    long bytes(String name, long absent) {
        return switch (tree.get(name)) {
            case null -> absent;
            case JsonString(String text) -> quantity(name, text).wholeUnits();
            case Json other -> throw wrong(name, "a quantity such as 10Mi", other);
        };
    }

    /// The texts of a map, by key.
    SequencedMap<String, String> texts(String name) {
        TreeMap<String, String> texts = new TreeMap<>();
        switch (tree.get(name)) {
            case null -> {}
            case JsonObject map ->
                    map.forEach(
                            (key, value) -> {
                                if (!(value instanceof JsonString(String text))) {
                                    throw wrong(name + "." + key, "a text", value);
                                }
                                texts.put(key, text);
                            });
            case Json other -> throw wrong(name, "a map of texts", other);
        }
        return texts;
    }

    static Quantity quantity(String name, String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " must be a quantity such as 10Mi, but is \"" + text + "\"", e);
        }
    }

    static boolean isDuration(String text) {
        return text.equals("0") || (!text.isEmpty() && PART.matcher(text).replaceAll("").isEmpty());
    }

    static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            double amount = Double.parseDouble(part.group(1));
            sum = sum.plusMillis(Math.round(amount * millis(part.group(2))));
        }
        return sum;
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
    }

    /// As Go writes it.
    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        long hours = duration.toHours();
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        text.append(duration.toSecondsPart());
        if (duration.toMillisPart() > 0) {
            String millis = "%03d".formatted(duration.toMillisPart());
            text.append('.').append(millis.replaceFirst("0+$", ""));
        }
        return text.append('s').toString();
    }

    static IllegalArgumentException wrong(String name, String wanted, Json found) {
        return new IllegalArgumentException(name + " must be " + wanted + ", but is " + found);
    }
}
