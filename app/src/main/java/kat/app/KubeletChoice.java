package kat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.app.ClusterConfig.ConfigException;
import kat.kubelet.settings.NodeSettings;

/// How the kubelet of this machine's node is configured.
///
/// @param file key `kubeletConfig`: absolute path of a KubeletConfiguration, read at each start;
///     default empty: Kubernetes' defaults
public record KubeletChoice(String file) {

    public static final String FILE = "kubeletConfig";

    static final List<String> KEYS = List.of(FILE);

    /// Kubernetes' defaults.
    public static final KubeletChoice USUAL = new KubeletChoice("");

    public KubeletChoice {
        ConfigException.require(
                file.isEmpty() || file.startsWith("/"), FILE, file, "an absolute path or empty");
    }

    static KubeletChoice parse(JsonObject tree, KubeletChoice base) {
        return new KubeletChoice(ClusterConfig.text(tree, FILE, base.file));
    }

    /// Adds what was chosen; nothing when nothing was.
    void addTo(JsonObject.Builder json) {
        json.putUnlessEmpty(FILE, file);
    }

    /// Reads the file.
    ///
    /// @throws ConfigException when it cannot be read or understood
    NodeSettings read() {
        if (file.isEmpty()) {
            return NodeSettings.USUAL;
        }
        try {
            List<JsonObject> objects = Yaml.readObjects(Files.readString(Path.of(file)));
            if (objects.size() != 1) {
                throw new ConfigException(FILE + ": " + file + " must hold one object");
            }
            return NodeSettings.parse(objects.getFirst());
        } catch (IOException e) {
            throw new ConfigException(FILE + ": cannot read " + file);
        } catch (YamlException | IllegalArgumentException e) {
            throw new ConfigException(FILE + ": " + file + ": " + e.getMessage());
        }
    }
}
