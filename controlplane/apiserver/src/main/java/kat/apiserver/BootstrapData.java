package kat.apiserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The objects of a new cluster that are data: roles, their bindings, flow control.
final class BootstrapData {

    private BootstrapData() {}

    static List<JsonObject> roles() {
        return read("bootstrap-rbac.json");
    }

    static List<JsonObject> flowControl() {
        return read("bootstrap-flowcontrol.json");
    }

    private static List<JsonObject> read(String file) {
        try (InputStream in = BootstrapData.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return ((JsonArray) Json.parse(in.readAllBytes())).objects();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
