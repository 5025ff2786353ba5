package kat.api.custom;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order of API versions: `v2` before `v1` before `v1beta2` before `v1alpha1` before others.
///
/// **Source:** apimachinery's `version.CompareKubeAwareVersionStrings`.
public final class VersionOrder {

    private static final Pattern FORM =
            Pattern.compile("v([1-9]\\d{0,8})(?:(alpha|beta)([1-9]\\d{0,8}))?");

    private VersionOrder() {}

    /// Positive when `a` is the more stable or newer one.
    public static int compare(String a, String b) {
        if (a.equals(b)) {
            return 0;
        }
        Matcher first = FORM.matcher(a);
        Matcher second = FORM.matcher(b);
        boolean isFirst = first.matches();
        boolean isSecond = second.matches();
        if (!isFirst || !isSecond) {
            return isFirst ? 1 : isSecond ? -1 : b.compareTo(a);
        }
        int stability = Integer.compare(stability(first), stability(second));
        if (stability != 0) {
            return stability;
        }
        int major = Integer.compare(number(first, 1), number(second, 1));
        return major != 0 ? major : Integer.compare(number(first, 3), number(second, 3));
    }

    private static int stability(Matcher version) {
        String word = version.group(2);
        if (word == null) {
            return 2;
        }
        return word.equals("beta") ? 1 : 0;
    }

    private static int number(Matcher version, int group) {
        String digits = version.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
