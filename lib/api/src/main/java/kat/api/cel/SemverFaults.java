package kat.api.cel;

import kat.api.json.GoText;

/// What is wrong with texts that should be semantic versions, in the words of the library that
/// Kubernetes uses.
///
/// **Source:** `github.com/blang/semver`, `Parse`.
final class SemverFaults {

    private static final String[] PARTS = {"major", "minor", "patch"};

    private SemverFaults() {}

    /// Empty when the text is a version.
    static String reason(String text) {
        if (text.isEmpty()) {
            return "Version string empty";
        }
        String[] parts = text.split("\\.", 3);
        if (parts.length < 3) {
            return "No Major.Minor.Patch elements found";
        }
        String rest = parts[2];
        int plus = rest.indexOf('+');
        String build = plus < 0 ? null : rest.substring(plus + 1);
        rest = plus < 0 ? rest : rest.substring(0, plus);
        int minus = rest.indexOf('-');
        String pre = minus < 0 ? null : rest.substring(minus + 1);
        String[] numbers = {parts[0], parts[1], minus < 0 ? rest : rest.substring(0, minus)};
        for (int i = 0; i < numbers.length; i++) {
            String fault = number(PARTS[i], numbers[i]);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        String fault = pre == null ? "" : identifiers(pre, "Prerelease is empty", "prerelease");
        return fault.isEmpty() && build != null
                ? identifiers(build, "Build meta data is empty", "build meta data")
                : fault;
    }

    private static String number(String part, String text) {
        if (!text.matches("\\d*")) {
            return "Invalid character(s) found in " + part + " number " + GoText.quoted(text);
        }
        if (text.length() > 1 && text.startsWith("0")) {
            String name = Character.toUpperCase(part.charAt(0)) + part.substring(1);
            return name + " number must not contain leading zeroes " + GoText.quoted(text);
        }
        return text.isEmpty() ? "strconv.ParseUint: parsing \"\": invalid syntax" : "";
    }

    private static String identifiers(String list, String empty, String name) {
        for (String each : list.split("\\.", -1)) {
            if (each.isEmpty()) {
                return empty;
            }
            boolean isPre = name.equals("prerelease");
            if (isPre && each.matches("0\\d+")) {
                return "Numeric PreRelease version must not contain leading zeroes "
                        + GoText.quoted(each);
            }
            if (!each.matches("[0-9A-Za-z-]+")) {
                return "Invalid character(s) found in " + name + " " + GoText.quoted(each);
            }
        }
        return "";
    }
}
