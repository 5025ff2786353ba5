package kat.dev.config;

import java.util.ArrayList;
import java.util.List;

/// The versions of skaffold.yaml that KAT reads, oldest first.
final class Versions {

    private static final String GROUP = "skaffold/";
    private static final int LAST_OF_2 = 29;
    private static final int LAST_OF_4 = 13;

    private static final List<String> ALL = all();

    private Versions() {}

    private static List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= LAST_OF_2; i++) {
            all.add("v2beta" + i);
        }
        all.add("v3alpha1");
        all.add("v3");
        for (int i = 1; i <= LAST_OF_4; i++) {
            all.add("v4beta" + i);
        }
        return List.copyOf(all);
    }

    /// The version that an `apiVersion` names, without its group.
    ///
    /// @throws DevException when KAT does not read it
    static String of(String apiVersion, String where) {
        String version =
                apiVersion.startsWith(GROUP) ? apiVersion.substring(GROUP.length()) : apiVersion;
        if (!apiVersion.startsWith(GROUP) || !ALL.contains(version)) {
            String said = apiVersion.isEmpty() ? "is missing" : "is \"" + apiVersion + "\"";
            throw new DevException(
                    where
                            + ": apiVersion "
                            + said
                            + ", but KAT reads skaffold/v2beta1 to skaffold/v4beta"
                            + LAST_OF_4);
        }
        return version;
    }

    /// Where a version stands among all; later ones have higher places.
    static int place(String version) {
        int place = ALL.indexOf(version);
        if (place < 0) {
            throw new IllegalArgumentException("no version " + version);
        }
        return place;
    }

    /// Whether manifests are named below `deploy`, as before v3.
    static boolean isOld(String version) {
        return version.startsWith("v2");
    }
}
