package kat.dev.build;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times in Go's notation, where a layout shows how Monday, 2 January 2006, 15:04:05 would
/// look.
final class GoTime {

    private static final SequencedMap<String, String> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("January", "MMMM");
        PARTS.put("Jan", "MMM");
        PARTS.put("Monday", "EEEE");
        PARTS.put("Mon", "EEE");
        PARTS.put("MST", "zzz");
        PARTS.put("2006", "yyyy");
        PARTS.put("-07:00", "xxx");
        PARTS.put("-0700", "xx");
        PARTS.put("01", "MM");
        PARTS.put("02", "dd");
        PARTS.put("03", "hh");
        PARTS.put("04", "mm");
        PARTS.put("05", "ss");
        PARTS.put("06", "yy");
        PARTS.put("15", "HH");
        PARTS.put("PM", "a");
    }

    private static final Pattern PART =
            Pattern.compile("[.,](?:0+|9+)(?!\\d)|" + String.join("|", PARTS.keySet()));

    private GoTime() {}

    static String format(ZonedDateTime time, String layout) {
        Matcher part = PART.matcher(layout);
        StringBuilder text = new StringBuilder();
        while (part.find()) {
            part.appendReplacement(text, Matcher.quoteReplacement(part(time, part.group())));
        }
        return part.appendTail(text).toString();
    }

    private static String part(ZonedDateTime time, String layout) {
        for (Map.Entry<String, String> known : PARTS.entrySet()) {
            if (known.getKey().equals(layout)) {
                return DateTimeFormatter.ofPattern(known.getValue(), Locale.ENGLISH).format(time);
            }
        }
        int digits = Math.min(layout.length() - 1, 9);
        String nanos = String.format(Locale.ROOT, "%09d", time.getNano()).substring(0, digits);
        if (layout.charAt(1) == '0') {
            return layout.charAt(0) + nanos;
        }
        String shortened = nanos.replaceAll("0+$", "");
        return shortened.isEmpty() ? "" : layout.charAt(0) + shortened;
    }
}
