package kat.apiserver.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A span of time as Go writes it: `300ms`, `-1.5h`, `2h45m`.
///
/// @param fault what is wrong with the text, in Go's words; empty when nothing is
public record GoDuration(Duration value, String fault) {

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)([^\\d.]*)");
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    public static GoDuration parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String rest = signed ? text.substring(1) : text;
        if (rest.equals("0")) {
            return new GoDuration(Duration.ZERO, "");
        }
        if (rest.isEmpty()) {
            return fault("time: invalid duration ", text);
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int at = 0;
        while (at < rest.length()) {
            if (!part.find() || part.start() != at) {
                return fault("time: invalid duration ", text);
            }
            String unit = part.group(2);
            if (unit.isEmpty()) {
                return fault("time: missing unit in duration ", text);
            }
            long nanos = nanos(unit);
            if (nanos == 0) {
                return fault("time: unknown unit " + quoted(unit) + " in duration ", text);
            }
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanos)));
            at = part.end();
        }
        if (sum.compareTo(LONGEST) > 0) {
            return fault("time: invalid duration ", text);
        }
        long all = sum.setScale(0, RoundingMode.DOWN).longValueExact();
        return new GoDuration(Duration.ofNanos(text.startsWith("-") ? -all : all), "");
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "\u00b5s", "\u03bcs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 0;
        };
    }

    private static GoDuration fault(String why, String text) {
        return new GoDuration(Duration.ZERO, why + quoted(text));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
