package kat.apiserver.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// Reads files of settings in YAML or JSON, strictly: a key that is not known is a mistake.
public final class ConfigFile {

    /// Settings are small; more than this is the wrong file. In bytes.
    private static final long LARGEST = 3 << 20;

    private ConfigFile() {}

    /// @param parse makes of the tree what the settings mean
    /// @throws ConfigFileException when it cannot be read or does not mean anything; the message
    ///     names the file
    public static <T> T read(Path file, Function<JsonObject, T> parse) {
        try {
            return parse.apply(tree(file));
        } catch (ConfigFileException e) {
            throw new ConfigFileException(file + ": " + e.getMessage(), e);
        }
    }

    /// @throws ConfigFileException when it cannot be read
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigFileException(file + ": cannot read the file: " + e, e);
        }
    }

    private static JsonObject tree(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new ConfigFileException("the file is larger than 3 MB");
            }
            if (Yaml.parse(Files.readString(file)) instanceof JsonObject tree) {
                return tree;
            }
            throw new ConfigFileException("the file holds no settings");
        } catch (YamlException e) {
            throw new ConfigFileException("the file is not YAML: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigFileException("cannot read the file: " + e, e);
        }
    }

    /// @throws ConfigFileException when the tree is of another type
    public static void requireType(JsonObject tree, List<String> versions, String kind) {
        String version = tree.string("apiVersion");
        if (!versions.contains(version) || !tree.string("kind").equals(kind)) {
            throw new ConfigFileException(
                    "expected apiVersion "
                            + String.join(" or ", versions)
                            + " and kind "
                            + kind
                            + ", found \""
                            + version
                            + "\" and \""
                            + tree.string("kind")
                            + "\"");
        }
    }

    /// @param where stands before the key in the message
    /// @throws ConfigFileException on a key that is not known
    public static void requireKnown(JsonObject tree, Set<String> keys, String where) {
        for (String key : tree.names()) {
            if (!keys.contains(key)) {
                throw new ConfigFileException(
                        "unknown key \""
                                + where
                                + key
                                + "\"; known are "
                                + String.join(", ", keys));
            }
        }
    }

    /// @throws ConfigFileException when the list holds anything but texts
    public static List<String> texts(JsonObject tree, String key, String where) {
        JsonArray list = tree.array(key);
        List<String> texts = list.strings();
        if (texts.size() != list.size()) {
            throw new ConfigFileException(where + "." + key + " must be a list of texts");
        }
        return texts;
    }
}
