package kat.controllers.workload;

import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Numbers that may be given as percentages.
public final class Share {

    private static final int PERCENT = 100;

    private Share() {}

    /// @param value a number, or a text like `25%`; anything else counts as `absent`
    /// @param total what percentages refer to
    public static long of(@Nullable Json value, long total, boolean up, long absent) {
        return switch (value) {
            case JsonNumber number -> number.longValue();
            case JsonString(String text) when text.matches("[0-9]{1,9}%") -> {
                long product = Long.parseLong(text.substring(0, text.length() - 1)) * total;
                yield up ? (product + PERCENT - 1) / PERCENT : product / PERCENT;
            }
            case null, default -> absent;
        };
    }
}
