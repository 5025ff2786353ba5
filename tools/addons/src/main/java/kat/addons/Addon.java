package kat.addons;

import java.nio.file.Path;
import kat.api.json.JsonObject;

/// An add-on as its chart describes it.
///
/// | annotation of `Chart.yaml` | says |
/// |---|---|
/// | `kat.dev/program: "true"` | a program of KAT's own belongs to it, so it can live in KAT only |
///
/// @param name of the chart and of its folder
/// @param version of the chart
/// @param description what it is, in one line
/// @param hasProgram whether KAT's server runs a program of it
/// @param chart the folder
public record Addon(
        String name, String version, String description, boolean hasProgram, Path chart) {

    private static final String PROGRAM = "kat.dev/program";

    static Addon of(JsonObject metadata, Path chart) {
        return new Addon(
                metadata.string("name"),
                metadata.string("version"),
                metadata.string("description"),
                metadata.object("annotations").string(PROGRAM).equals("true"),
                chart);
    }

    /// The namespace of its release and its pods, which is its alone.
    public String namespace() {
        return namespace(name);
    }

    static String namespace(String name) {
        return "kat-" + name;
    }
}
