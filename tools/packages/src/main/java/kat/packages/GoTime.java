package kat.packages;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Times as Helm prints them.
final class GoTime {

    private static final DateTimeFormatter ANSI =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern(" xx");

    private static final int NANO_DIGITS = 9;

    private GoTime() {}

    /// Such as `Sat Nov 21 23:18:54 2026`.
    static String ansi(@Nullable OffsetDateTime time) {
        return time == null ? "Mon Jan  1 00:00:00 0001" : ANSI.format(time);
    }

    /// Such as `2026-11-21 23:18:54.711727783 +0000 UTC`; a dash for none.
    static String full(@Nullable OffsetDateTime time) {
        if (time == null) {
            return "-";
        }
        String zone =
                time.getOffset().equals(ZoneOffset.UTC)
                        ? "UTC"
                        : local(time, OFFSET.format(time).strip());
        return SECONDS.format(time) + fraction(time.getNano()) + OFFSET.format(time) + " " + zone;
    }

    private static String local(OffsetDateTime time, String offset) {
        ZoneId here = ZoneId.systemDefault();
        boolean isHere = here.getRules().getOffset(time.toInstant()).equals(time.getOffset());
        return isHere
                ? DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH)
                        .format(time.atZoneSameInstant(here))
                : offset;
    }

    private static String fraction(int nanos) {
        if (nanos == 0) {
            return "";
        }
        String digits = String.format("%0" + NANO_DIGITS + "d", nanos);
        return "." + digits.replaceFirst("0+$", "");
    }
}
