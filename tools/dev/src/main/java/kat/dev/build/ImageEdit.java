package kat.dev.build;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Changes the configuration of an image; its layers stay.
public final class ImageEdit {

    private static final String VARIABLE = "JAVA_TOOL_OPTIONS";

    private ImageEdit() {}

    /// The folder in which programs of an image run.
    public static String folder(BuiltImage image, ImageStore store) {
        JsonObject config = (JsonObject) Json.parse(store.read(image.config()));
        String folder = config.object("config").string("WorkingDir");
        return folder.isEmpty() ? "/" : folder;
    }

    /// What tells a Java program to listen on a port of loopback for debuggers.
    static String agent(int port) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:"
                + port;
    }

    /// The image with an agent in its Java programs that listens on loopback for debuggers
    /// (JDWP).
    public static BuiltImage debuggable(BuiltImage image, ImageStore store, int port) {
        JsonObject config = (JsonObject) Json.parse(store.read(image.config()));
        JsonObject process = config.object("config");
        String agent = agent(port);
        List<String> variables = new ArrayList<>();
        String options = agent;
        for (String variable : process.array("Env").strings()) {
            if (variable.startsWith(VARIABLE + "=")) {
                options = variable.substring(VARIABLE.length() + 1) + " " + agent;
            } else {
                variables.add(variable);
            }
        }
        variables.add(VARIABLE + "=" + options);
        JsonObject changed =
                config.with("config", process.with("Env", JsonArray.ofStrings(variables)));
        return new BuiltImage(store.write(BuiltImage.CONFIG, changed.toBytes()), image.layers());
    }
}
