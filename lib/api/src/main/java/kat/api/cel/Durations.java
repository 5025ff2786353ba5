package kat.api.cel;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go writes them: `1h30m`, `1.5s`.
final class Durations {

    private static final Pattern PART =
            Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private Durations() {}

    /// @throws CelException when it is no duration
    static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int at = 0;
        while (at < rest.length() && part.find(at) && part.start() == at) {
            nanos =
                    nanos.add(
                            new BigDecimal(
                                            "0"
                                                    + part.group(1)
                                                    + "0"
                                                            .repeat(
                                                                    part.group(1).endsWith(".")
                                                                            ? 1
                                                                            : 0))
                                    .multiply(BigDecimal.valueOf(unit(part.group(2)))));
            at = part.end();
        }
        if (rest.isEmpty() || at < rest.length()) {
            throw new CelException("time: invalid duration \"" + text + "\"");
        }
        try {
            Duration found = Duration.ofNanos(nanos.toBigInteger().longValueExact());
            return negative ? found.negated() : found;
        } catch (ArithmeticException e) {
            throw new CelException("time: invalid duration \"" + text + "\"");
        }
    }

    private static long unit(String name) {
        return switch (name) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    /// In seconds, as CEL writes them.
    static String format(Duration time) {
        BigDecimal seconds =
                BigDecimal.valueOf(time.getSeconds())
                        .add(BigDecimal.valueOf(time.getNano(), 9))
                        .stripTrailingZeros();
        return seconds.toPlainString() + "s";
    }
}
