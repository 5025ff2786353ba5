package kat.kubelet.csi;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Versions of the interface that drivers say they speak.
///
/// **Source:** `HighestSupportedVersion` in `k8s.io/apimachinery/pkg/util/version`.
final class Versions {

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})(\\.\\d+.*)?");
    private static final int SUPPORTED_MAJOR = 1;

    private Versions() {}

    record Version(int major, int minor) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            return major != other.major
                    ? Integer.compare(major, other.major)
                    : Integer.compare(minor, other.minor);
        }
    }

    /// The highest that a kubelet speaks too; null when there is none.
    static @Nullable Version highest(List<String> versions) {
        Version highest = null;
        for (String text : versions) {
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                Version version =
                        new Version(
                                Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
                boolean higher = highest == null || version.compareTo(highest) > 0;
                if (version.major() == SUPPORTED_MAJOR && higher) {
                    highest = version;
                }
            }
        }
        return highest;
    }
}
