package kat.packages;

import java.util.Comparator;
import java.util.List;

/// Versions of charts in their order: `1.2.0-rc.1` comes before `1.2.0`.
final class SemanticVersion {

    static final Comparator<String> ORDER = SemanticVersion::compare;

    private static final int PARTS = 3;

    private SemanticVersion() {}

    private static int compare(String one, String other) {
        String[] a = halves(one);
        String[] b = halves(other);
        List<String> x = Parts.of(a[0], '.');
        List<String> y = Parts.of(b[0], '.');
        for (int i = 0; i < PARTS; i++) {
            int order = part(i < x.size() ? x.get(i) : "0", i < y.size() ? y.get(i) : "0");
            if (order != 0) {
                return order;
            }
        }
        if (a[1].isEmpty() || b[1].isEmpty()) {
            return Boolean.compare(a[1].isEmpty(), b[1].isEmpty());
        }
        return preRelease(Parts.of(a[1], '.'), Parts.of(b[1], '.'));
    }

    /// The numbers and what follows a dash, without `v` before and build data after.
    private static String[] halves(String version) {
        String bare = version.startsWith("v") ? version.substring(1) : version;
        int build = bare.indexOf('+');
        String core = build < 0 ? bare : bare.substring(0, build);
        int dash = core.indexOf('-');
        return dash < 0
                ? new String[] {core, ""}
                : new String[] {core.substring(0, dash), core.substring(dash + 1)};
    }

    private static int preRelease(List<String> x, List<String> y) {
        for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
            int order = part(x.get(i), y.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(x.size(), y.size());
    }

    /// Numbers by value, before words; words by letters.
    private static int part(String x, String y) {
        boolean isNumber = x.matches("\\d{1,18}");
        boolean isOtherNumber = y.matches("\\d{1,18}");
        if (isNumber && isOtherNumber) {
            return Long.compare(Long.parseLong(x), Long.parseLong(y));
        }
        return isNumber == isOtherNumber
                ? x.compareTo(y)
                : Boolean.compare(isOtherNumber, isNumber);
    }
}
