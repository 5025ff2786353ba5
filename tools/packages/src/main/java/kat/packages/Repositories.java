package kat.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The file in which Helm keeps the repositories that a person added.
final class Repositories {

    private final Path file;
    private final Path cache;

    Repositories(Settings settings) {
        file = settings.repositoryConfig();
        cache = settings.repositoryCache();
    }

    Path file() {
        return file;
    }

    List<JsonObject> all() {
        try {
            return Files.exists(file) && Yaml.parse(Files.readString(file)) instanceof JsonObject o
                    ? o.array("repositories").objects()
                    : List.of();
        } catch (IOException | YamlException e) {
            throw new HelmException("failed loading file: " + file, e);
        }
    }

    Optional<JsonObject> named(String name) {
        return all().stream().filter(one -> one.string("name").equals(name)).findFirst();
    }

    /// The repository of an address.
    Optional<JsonObject> at(String url) {
        return all().stream().filter(one -> bare(one.string("url")).equals(bare(url))).findFirst();
    }

    private static String bare(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /// The index that was fetched last.
    ///
    /// @throws HelmException when there is none
    JsonObject index(String name) {
        Path index = cache.resolve(name + "-index.yaml");
        if (!Files.exists(index)) {
            throw new HelmException(
                    "no cached repository for " + name + " found. (try 'helm repo update')");
        }
        return RepositoryIndex.read(index);
    }

    /// @throws HelmException when there is none of that name
    void remove(String name) {
        List<Json> others = new ArrayList<>();
        for (JsonObject one : all()) {
            if (!one.string("name").equals(name)) {
                others.add(one);
            }
        }
        if (others.size() == all().size()) {
            throw new HelmException("no repo named \"" + name + "\" found");
        }
        try {
            JsonObject whole = (JsonObject) Yaml.read(Files.readString(file)).value();
            Files.writeString(file, Yaml.write(whole.with("repositories", new JsonArray(others))));
            Files.deleteIfExists(cache.resolve(name + "-charts.txt"));
            Files.deleteIfExists(cache.resolve(name + "-index.yaml"));
        } catch (IOException e) {
            throw new HelmException("cannot write " + file, e);
        }
    }
}
