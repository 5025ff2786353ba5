package kat.apiserver;

import java.util.List;
import kat.api.KubernetesVersion;
import kat.api.json.JsonObject;
import kat.apiserver.measure.ServerFacts;

/// The version that clients see: that of the Kubernetes whose API is served.
final class ServerVersion {

    private ServerVersion() {}

    static JsonObject json() {
        return JsonObject.builder()
                .put("major", KubernetesVersion.MAJOR)
                .put("minor", KubernetesVersion.MINOR)
                .put("emulationMajor", KubernetesVersion.MAJOR)
                .put("emulationMinor", KubernetesVersion.MINOR)
                .put("minCompatibilityMajor", "1")
                .put("minCompatibilityMinor", "35")
                .put("gitVersion", KubernetesVersion.TEXT)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-11-01T00:00:00Z")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", "linux/" + architecture())
                .build();
    }

    /// The same as metrics tell it.
    static ServerFacts facts() {
        JsonObject all = json();
        return new ServerFacts(
                List.of(
                        KubernetesVersion.TEXT.substring(1),
                        "kube",
                        all.string("emulationMajor") + "." + all.string("emulationMinor"),
                        all.string("minCompatibilityMajor")
                                + "."
                                + all.string("minCompatibilityMinor")));
    }

    private static String architecture() {
        return System.getProperty("os.arch", "amd64").equals("aarch64") ? "arm64" : "amd64";
    }
}
