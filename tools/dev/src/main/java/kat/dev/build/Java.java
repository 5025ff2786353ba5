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

    /// Whether a Maven project or its module configures Jib itself.
    static boolean hasJibPlugin(Path context, String project) {
        for (String folder : List.of(".", project)) {
            Path pom = context.resolve(folder).resolve("pom.xml");
            try {
                if (Files.exists(pom) && Files.readString(pom).contains(PLUGIN)) {
                    return true;
                }
            } catch (IOException e) {
                throw new DevException("cannot read " + pom, e);
            }
        }
        return false;
    }
}
