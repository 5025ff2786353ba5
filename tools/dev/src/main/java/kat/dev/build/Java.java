package kat.dev.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.dev.config.DevException;

/// What the files of a Java project tell without running its build.
public final class Java {

    private static final String PLUGIN = "jib-maven-plugin";

    private Java() {}

    /// Whether the build copies resources as they are; not where it may put values into them.
    public static boolean hasPlainResources(Path context, String project) {
        for (String folder : List.of(".", project)) {
            Path at = context.resolve(folder);
            if (says(at.resolve("pom.xml"), "<filtering>true")
                    || says(at.resolve("build.gradle"), "processResources")
                    || says(at.resolve("build.gradle.kts"), "processResources")) {
                return false;
            }
        }
        return true;
    }

    private static boolean says(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
    }

    /// Whether a Maven project or its module configures Jib itself.
    static boolean hasJibPlugin(Path context, String project) {
        for (String folder : List.of(".", project)) {
            if (says(context.resolve(folder).resolve("pom.xml"), PLUGIN)) {
                return true;
            }
        }
        return false;
    }
}
