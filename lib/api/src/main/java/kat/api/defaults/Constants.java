package kat.api.defaults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Reads `defaults.txt`.
final class Constants {

    private Constants() {}

    static Map<String, JsonObject> read() {
        try (InputStream file = Constants.class.getResourceAsStream("defaults.txt")) {
            if (file == null) {
                throw new IllegalStateException("defaults.txt is not on the class path");
            }
            Map<String, JsonObject> found = new HashMap<>();
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(
                            line -> {
                                int space = line.indexOf(' ');
                                byte[] json =
                                        line.substring(space + 1).getBytes(StandardCharsets.UTF_8);
                                found.put(line.substring(0, space), (JsonObject) Json.parse(json));
                            });
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read defaults.txt", e);
        }
    }
}
