package kat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.app.ClusterConfig.ConfigException;
import kat.scheduler.SchedulerConfig;

/// How the scheduler of a cluster is configured.
///
/// @param file key `schedulerConfig`: absolute path of a KubeSchedulerConfiguration, read at each
///     start; default empty: the usual profile
public record SchedulerChoice(String file) {

    public static final String FILE = "schedulerConfig";

    static final List<String> KEYS = List.of(FILE);

    /// The usual profile.
    public static final SchedulerChoice USUAL = new SchedulerChoice("");

    public SchedulerChoice {
        ConfigException.require(
                file.isEmpty() || file.startsWith("/"), FILE, file, "an absolute path or empty");
    }

    static SchedulerChoice parse(JsonObject tree, SchedulerChoice base) {
        return new SchedulerChoice(ClusterConfig.text(tree, FILE, base.file));
    }

    /// Adds what was chosen; nothing when nothing was.
    void addTo(JsonObject.Builder json) {
        json.putUnlessEmpty(FILE, file);
    }

    /// Reads the file.
    ///
    /// @throws ConfigException when it cannot be read or understood
    SchedulerConfig read() {
        if (file.isEmpty()) {
            return SchedulerConfig.USUAL;
        }
        try {
            List<JsonObject> objects = Yaml.readObjects(Files.readString(Path.of(file)));
            if (objects.size() != 1) {
                throw new ConfigException(FILE + ": " + file + " must hold one object");
            }
            return SchedulerConfig.parse(objects.getFirst());
        } catch (IOException e) {
            throw new ConfigException(FILE + ": cannot read " + file);
        } catch (YamlException | IllegalArgumentException e) {
            throw new ConfigException(FILE + ": " + file + ": " + e.getMessage());
        }
    }
}
