package kat.api.schema;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonString;

/// The two written forms of times: whole seconds, and six digits of a second; always UTC.
public final class Times {

    private static final Pattern WRITTEN =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d([.,]\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern WRITTEN_MICROS =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.,]\\d{6}(Z|[+-]\\d\\d:\\d\\d)");
    private static final String SHAPE_OF_SECONDS = "0000-00-00T00:00:00Z";
    private static final String SHAPE_OF_MICROS = "0000-00-00T00:00:00.000000Z";
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Times() {}

    /// For example `2026-11-20T22:12:02Z`.
    public static String seconds(Instant time) {
        return SECONDS.format(time);
    }

    /// For example `2026-11-20T22:12:02.000000Z`.
    public static String micros(Instant time) {
        return MICROS.format(time);
    }

    /// @throws DecodeException when the text is no time
    static Json seconds(String text) {
        if (isCanonical(text, SHAPE_OF_SECONDS)) {
            return new JsonString(text);
        }
        if (text.isEmpty()) {
            throw refused(text, "2006-01-02T15:04:05Z07:00");
        }
        return canonical(text, WRITTEN, SECONDS, "2006-01-02T15:04:05Z07:00");
    }

    /// @throws DecodeException when the text is no time or has not six digits of a second
    static Json micros(String text) {
        if (isCanonical(text, SHAPE_OF_MICROS)) {
            return new JsonString(text);
        }
        return canonical(text, WRITTEN_MICROS, MICROS, "2006-01-02T15:04:05.000000Z07:00");
    }

    /// Whether a time is certainly written as it is to be. Days that not every month has, and years
    /// before 1000, are left to the careful way.
    private static boolean isCanonical(String text, String shape) {
        if (text.length() != shape.length() || text.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < shape.length(); i++) {
            char wanted = shape.charAt(i);
            char found = text.charAt(i);
            if (wanted == '0' ? found < '0' || found > '9' : found != wanted) {
                return false;
            }
        }
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= 28
                && twoDigits(text, 11) <= 23
                && twoDigits(text, 14) <= 59
                && twoDigits(text, 17) <= 59;
    }

    private static int twoDigits(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private static Json canonical(
            String text, Pattern form, DateTimeFormatter format, String layout) {
        if (!form.matcher(text).matches()) {
            throw refused(text, layout);
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text.replace(',', '.'));
            Instant whole = time.toInstant().truncatedTo(ChronoUnit.MICROS);
            if (whole.atOffset(ZoneOffset.UTC).getYear() == 1
                    && whole.equals(Instant.parse("0001-01-01T00:00:00Z"))) {
                return JsonNull.NULL;
            }
            return new JsonString(format.format(whole));
        } catch (DateTimeException outOfRange) {
            throw refused(text, layout);
        }
    }

    private static DecodeException refused(String text, String layout) {
        return new DecodeException(
                "parsing time \""
                        + text
                        + "\" as \""
                        + layout
                        + "\": cannot parse \""
                        + text
                        + "\" as \"2006\"");
    }
}
