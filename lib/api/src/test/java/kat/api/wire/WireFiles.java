package kat.api.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The recorded answers of Kubernetes in the folder that the environment variable `KAT_WIRE` names.
public final class WireFiles {

    private WireFiles() {}

    /// A request with its answer.
    ///
    /// @param file for example `defaults.json`
    /// @param scenario its name
    public record Step(String file, String scenario, JsonObject step) {
        public String method() {
            return step.string("method");
        }

        public String path() {
            return step.string("path");
        }

        public JsonObject answer() {
            return step.object("answer");
        }

        @Override
        public String toString() {
            return file + " " + scenario + ": " + method() + " " + path();
        }
    }

    /// The folder; null when there is none.
    public static @Nullable Path folder() {
        String name = System.getenv("KAT_WIRE");
        return name == null || name.isEmpty() || !Files.isDirectory(Path.of(name))
                ? null
                : Path.of(name);
    }

    public static List<Step> steps(Path folder, String... files) {
        List<Step> steps = new ArrayList<>();
        for (String file : files) {
            for (JsonObject scenario : ((JsonArray) read(folder.resolve(file))).objects()) {
                for (JsonObject step : scenario.array("steps").objects()) {
                    steps.add(new Step(file, scenario.string("name"), step));
                }
            }
        }
        return steps;
    }

    private static Json read(Path file) {
        try {
            return Json.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
