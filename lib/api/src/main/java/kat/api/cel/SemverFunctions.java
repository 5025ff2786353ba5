package kat.api.cel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.cel.Functions.Table;
import org.jspecify.annotations.Nullable;

/// Versions such as `1.2.3-rc.1`.
///
/// **Source:** `apiserver/pkg/cel/library/semverlib.go`; semver.org.
final class SemverFunctions {

    private static final String TYPE = "kubernetes.Semver";
    private static final String NUMBER = "(0|[1-9]\\d{0,17})";
    private static final Pattern FORM =
            Pattern.compile(
                    NUMBER
                            + "\\."
                            + NUMBER
                            + "\\."
                            + NUMBER
                            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?"
                            + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

    private SemverFunctions() {}

    private record Version(long major, long minor, long patch, String pre, String text)
            implements Values.Opaque, Comparable<Version> {
        @Override
        public String typeName() {
            return TYPE;
        }

        @Override
        public int compareTo(Version other) {
            int order = Long.compare(major, other.major);
            order = order != 0 ? order : Long.compare(minor, other.minor);
            order = order != 0 ? order : Long.compare(patch, other.patch);
            if (order != 0 || pre.equals(other.pre)) {
                return order;
            }
            return pre.isEmpty() ? 1 : other.pre.isEmpty() ? -1 : comparePre(pre, other.pre);
        }

        private static int comparePre(String a, String b) {
            String[] first = a.split("\\.", -1);
            String[] second = b.split("\\.", -1);
            for (int i = 0; i < Math.min(first.length, second.length); i++) {
                boolean isNumber = first[i].matches("\\d{1,18}");
                boolean isOther = second[i].matches("\\d{1,18}");
                int order =
                        isNumber && isOther
                                ? Long.compare(Long.parseLong(first[i]), Long.parseLong(second[i]))
                                : isNumber ? -1 : isOther ? 1 : first[i].compareTo(second[i]);
                if (order != 0) {
                    return Integer.signum(order);
                }
            }
            return Integer.compare(first.length, second.length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Version that && compareTo(that) == 0;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(major * 31 + minor) * 31 + Long.hashCode(patch) + pre.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static void addTo(Table table) {
        table.put("semver(string):" + TYPE, a -> version((String) a[0], false));
        table.put("semver(string,bool):" + TYPE, a -> version((String) a[0], (Boolean) a[1]));
        table.put("isSemver(string):bool", a -> parse((String) a[0], false) != null);
        table.put("isSemver(string,bool):bool", a -> parse((String) a[0], (Boolean) a[1]) != null);
        table.put(TYPE + "|major():int", a -> ((Version) a[0]).major());
        table.put(TYPE + "|minor():int", a -> ((Version) a[0]).minor());
        table.put(TYPE + "|patch():int", a -> ((Version) a[0]).patch());
        table.put(TYPE + "|compareTo(" + TYPE + "):int", a -> (long) order(a));
        table.put(TYPE + "|isGreaterThan(" + TYPE + "):bool", a -> order(a) > 0);
        table.put(TYPE + "|isLessThan(" + TYPE + "):bool", a -> order(a) < 0);
    }

    private static int order(Object[] versions) {
        return Integer.signum(((Version) versions[0]).compareTo((Version) versions[1]));
    }

    static Object version(String text, boolean normalize) {
        Version found = parse(text, normalize);
        if (found == null) {
            throw new CelException(SemverFaults.reason(normalize ? normal(text) : text));
        }
        return found;
    }

    private static @Nullable Version parse(String text, boolean normalize) {
        String version = normalize ? normal(text) : text;
        Matcher form = FORM.matcher(version);
        return form.matches() && SemverFaults.reason(version).isEmpty()
                ? new Version(
                        Long.parseLong(form.group(1)),
                        Long.parseLong(form.group(2)),
                        Long.parseLong(form.group(3)),
                        form.group(4) == null ? "" : form.group(4),
                        text)
                : null;
    }

    /// Without a `v` in front and leading zeros, with the parts that are missing.
    private static String normal(String text) {
        String rest = text.startsWith("v") ? text.substring(1) : text;
        int end = rest.length();
        for (char mark : new char[] {'-', '+'}) {
            int at = rest.indexOf(mark);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        String[] numbers = rest.substring(0, end).split("\\.", -1);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < Math.max(3, numbers.length); i++) {
            String number = i < numbers.length ? numbers[i] : "0";
            out.append(i == 0 ? "" : ".").append(number.replaceFirst("^0+(?=\\d)", ""));
        }
        return out + rest.substring(end);
    }
}
