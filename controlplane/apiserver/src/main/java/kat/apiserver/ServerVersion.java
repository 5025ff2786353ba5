package kat.apiserver;

import kat.api.json.JsonObject;

/// The version that clients see: that of the Kubernetes whose API is served.
public final class ServerVersion {

    public static final String GIT_VERSION = "v1.36.3+kat";

    private ServerVersion() {}

    static JsonObject json() {
        return JsonObject.builder()
                .put("major", "1")
                .put("minor", "36")
                .put("emulationMajor", "1")
                .put("emulationMinor", "36")
                .put("minCompatibilityMajor", "1")
                .put("minCompatibilityMinor", "35")
                .put("gitVersion", GIT_VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-11-01T00:00:00Z")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", "linux/" + architecture())
                .build();
    }

    private static String architecture() {
        return System.getProperty("os.arch", "amd64").equals("aarch64") ? "arm64" : "amd64";
    }
}
