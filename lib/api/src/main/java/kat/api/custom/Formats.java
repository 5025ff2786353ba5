package kat.api.custom;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.cel.RequestUri;
import kat.api.validation.Addresses;

/// The formats of texts that schemas may ask for.
///
/// **Source:** kube-openapi's `strfmt`; `pkg/apiserver/validation/formats.go` of the apiextensions
/// server.
final class Formats {

    private static final String HEX = "[0-9a-f]{";
    private static final String BYTE = "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])";
    private static final String LETTER = "[a-zA-Z0-9\\p{S}\\p{L}]";
    private static final String INNER = "[a-zA-Z0-9\\-\\p{S}\\p{L}]";

    /// One label, or several that end in one of letters.
    private static final Pattern HOSTNAME =
            Pattern.compile(
                    "^("
                            + LETTER
                            + "((-?"
                            + LETTER
                            + "{0,62})?)|("
                            + LETTER
                            + "(("
                            + INNER
                            + "{0,61}"
                            + LETTER
                            + ")?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$");
    private static final Pattern CARD =
            Pattern.compile(
                    "4\\d{12}(\\d{3})?|5[1-5]\\d{14}|6(011|5\\d\\d)\\d{12}|3[47]\\d{13}"
                            + "|3(0[0-5]|[68]\\d)\\d{11}|(2131|1800|35\\d{3})\\d{11}");
    private static final Set<String> UNITS =
            Set.of("ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk");
    private static final List<String> LONG_UNITS =
            List.of("nano", "micro", "milli", "sec", "min", "hour", "day", "week");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern LONG_DURATION = Pattern.compile("(\\d+)\\s*([A-Za-zµ]+)");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+|.*<[^@\\s]+@[^@\\s]+>");

    private static final Map<String, Predicate<String>> KNOWN =
            Map.ofEntries(
                    Map.entry("bsonobjectid", matching("[0-9a-fA-F]{24}")),
                    Map.entry("uri", Formats::isUri),
                    Map.entry("email", text -> EMAIL.matcher(text).matches()),
                    Map.entry("hostname", Formats::isHostname),
                    Map.entry("ipv4", Formats::isIpv4),
                    Map.entry("ipv6", Addresses::isIpv6),
                    Map.entry("cidr", Addresses::isNetwork),
                    Map.entry(
                            "mac",
                            matching(
                                    "(?i)([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{2}[:-]){7}"
                                            + "[0-9a-f]{2}|([0-9a-f]{4}\\.){2}[0-9a-f]{4}"
                                            + "|[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{40}")),
                    Map.entry("uuid", uuid(HEX + "4}", HEX + "4}")),
                    Map.entry("uuid3", uuid("3" + HEX + "3}", HEX + "4}")),
                    Map.entry("uuid4", uuid("4" + HEX + "3}", "[89ab]" + HEX + "3}")),
                    Map.entry("uuid5", uuid("5" + HEX + "3}", "[89ab]" + HEX + "3}")),
                    Map.entry("isbn", text -> isIsbn10(text) || isIsbn13(text)),
                    Map.entry("isbn10", Formats::isIsbn10),
                    Map.entry("isbn13", Formats::isIsbn13),
                    Map.entry("creditcard", Formats::isCreditCard),
                    Map.entry("ssn", matching("\\d{3}[- ]\\d{2}[- ]\\d{4}")),
                    Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
                    Map.entry(
                            "rgbcolor",
                            matching(
                                    "rgb\\(\\s*"
                                            + BYTE
                                            + "\\s*,\\s*"
                                            + BYTE
                                            + "\\s*,\\s*"
                                            + BYTE
                                            + "\\s*\\)")),
                    Map.entry("byte", Formats::isBase64),
                    Map.entry("password", _ -> true),
                    Map.entry("date", Formats::isDate),
                    Map.entry("duration", Formats::isDuration),
                    Map.entry("datetime", Formats::isTime),
                    Map.entry(
                            "k8sshortname", matching("(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")),
                    Map.entry(
                            "k8slongname",
                            matching(
                                    "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?"
                                            + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")));

    private Formats() {}

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern).asMatchPredicate();
    }

    private static Predicate<String> uuid(String third, String fourth) {
        return matching(
                "(?i)" + HEX + "8}-?" + HEX + "4}-?" + third + "-?" + fourth + "-?" + HEX + "12}");
    }

    /// Whether a schema's format means something for its type.
    ///
    /// @param type empty for none or several
    static boolean isSupported(String type, String format) {
        return switch (type) {
            case "", "string" -> KNOWN.containsKey(normal(format));
            case "integer" -> format.equals("int32") || format.equals("int64");
            case "number" -> format.equals("float") || format.equals("double");
            default -> false;
        };
    }

    /// Whether a text has a format; what is not known has any.
    static boolean matches(String format, String text) {
        Predicate<String> check = KNOWN.get(normal(format));
        return check == null || check.test(text);
    }

    private static String normal(String format) {
        return format.replace("-", "");
    }

    private static boolean isUri(String text) {
        return RequestUri.parse(text) != null;
    }

    private static boolean isHostname(String text) {
        return HOSTNAME.matcher(text).find()
                && text.getBytes(StandardCharsets.UTF_8).length <= 255
                && Arrays.stream(text.split("\\.", -1)).allMatch(part -> part.length() <= 63);
    }

    /// Zeros in front of a number are taken here.
    private static boolean isIpv4(String text) {
        return Addresses.isIpv4(text.replaceAll("(?<![0-9])0+(?=[0-9])", ""));
    }

    /// By the issuers' ranges and Luhn's check digit.
    private static boolean isCreditCard(String text) {
        String digits = text.replaceAll("[^0-9]+", "");
        if (!CARD.matcher(digits).matches()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    private static boolean isIsbn10(String text) {
        String digits = text.replaceAll("[\\s-]+", "");
        if (!digits.matches("\\d{9}[0-9X]")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            char c = digits.charAt(i);
            sum += (i + 1) * (c == 'X' ? 10 : c - '0');
        }
        return sum % 11 == 0;
    }

    private static boolean isIsbn13(String text) {
        String digits = text.replaceAll("[\\s-]+", "");
        if (!digits.matches("\\d{13}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 13; i++) {
            sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        }
        return sum % 10 == 0;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return !text.isEmpty() && text.length() % 4 == 0;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return text.length() == 10;
        } catch (DateTimeException notOne) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return true;
        } catch (DateTimeException notOne) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return rest.equals("0")
                || (!rest.isEmpty() && DURATION.matcher(rest).replaceAll("").isEmpty())
                || isLongDuration(text);
    }

    /// One number with a known unit anywhere in a text is enough.
    private static boolean isLongDuration(String text) {
        Matcher parts = LONG_DURATION.matcher(text);
        boolean found = false;
        while (parts.find()) {
            if (!isNumber(parts.group(1))) {
                return false;
            }
            String unit = parts.group(2).toLowerCase(Locale.ROOT);
            found |= UNITS.contains(unit) || LONG_UNITS.stream().anyMatch(unit::startsWith);
        }
        return found;
    }

    private static boolean isNumber(String digits) {
        try {
            return Long.parseLong(digits) >= 0;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }
}
