package kat.packages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The `index.yaml` of a chart repository.
final class RepositoryIndex {

    /// Archives stand in the folder itself or one below.
    private static final int DEPTH = 2;

    private final Map<String, List<JsonObject>> entries = new TreeMap<>();

    /// @param url what the archives' names are put behind; empty for names alone
    /// @throws HelmException when an archive cannot be read
    void addFolder(Path folder, String url, Instant now) {
        try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
            for (Path file :
                    walk.filter(path -> path.toString().endsWith(".tgz")).sorted().toList()) {
                String path = folder.relativize(file).toString();
                String base = url.isEmpty() || url.endsWith("/") ? url : url + "/";
                add(
                        metadata(file)
                                .with("created", now.toString())
                                .with("digest", digest(file))
                                .with("urls", JsonArray.ofStrings(List.of(base + path))));
            }
        } catch (IOException e) {
            throw new HelmException("cannot read the charts of " + folder, e);
        }
    }

    private static JsonObject metadata(Path archive) throws IOException {
        for (Map.Entry<String, byte[]> file : Archive.files(archive).entrySet()) {
            if (file.getKey().matches("[^/]+/Chart\\.yaml")) {
                String text = new String(file.getValue(), StandardCharsets.UTF_8);
                if (Yaml.read(text).value() instanceof JsonObject chart) {
                    return chart;
                }
            }
        }
        throw new HelmException(archive + ": Chart.yaml file is missing");
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private void add(JsonObject version) {
        entries.computeIfAbsent(version.string("name"), _ -> new ArrayList<>()).add(version);
    }

    /// Adds what another index has and this one has not.
    void merge(Path index) {
        JsonObject other = read(index);
        for (String name : other.object("entries").names()) {
            for (JsonObject version : other.object("entries").array(name).objects()) {
                boolean isKnown =
                        entries.getOrDefault(name, List.of()).stream()
                                .anyMatch(
                                        own ->
                                                own.string("version")
                                                        .equals(version.string("version")));
                if (!isKnown) {
                    add(version);
                }
            }
        }
    }

    static JsonObject read(Path index) {
        try {
            return Files.exists(index)
                            && Yaml.parse(Files.readString(index)) instanceof JsonObject o
                    ? o
                    : JsonObject.EMPTY;
        } catch (IOException | YamlException e) {
            throw new HelmException("cannot read " + index, e);
        }
    }

    /// The index, the newest version of each chart first.
    JsonObject content(Instant now) {
        JsonObject all = JsonObject.EMPTY;
        for (Map.Entry<String, List<JsonObject>> chart : entries.entrySet()) {
            List<Json> versions = new ArrayList<>();
            Comparator<JsonObject> order =
                    Comparator.comparing(
                            version -> version.string("version"), SemanticVersion.ORDER);
            chart.getValue().stream().sorted(order.reversed()).forEach(versions::add);
            all = all.with(chart.getKey(), new JsonArray(versions));
        }
        return JsonObject.of("apiVersion", Json.of("v1"), "entries", all)
                .with("generated", now.toString());
    }
}
