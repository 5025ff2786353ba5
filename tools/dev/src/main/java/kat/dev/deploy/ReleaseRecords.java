package kat.dev.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.dev.build.Digest;
import kat.dev.config.DevException;
import kat.dev.config.Helm;

/// What was installed last of each release, so that an upgrade that would change nothing is
/// left out: what Helm takes half a second to find out costs one question to the cluster.
final class ReleaseRecords {

    private static final Pattern NEIGHBOUR =
            Pattern.compile("(?m)repository:\\s*\"?file://([^\"\\s]+)");
    private static final int DEEPEST = 16;

    private final Path folder;

    /// @param folder in which records lie
    ReleaseRecords(Path folder) {
        this.folder = folder;
    }

    /// What was installed.
    ///
    /// @param digest of charts, values and images
    /// @param secret with which Helm notes the revision: its name and its uid
    record Installed(String digest, String secret, List<Workload> workloads) {}

    /// @param place the cluster and the namespace of the release
    Optional<Installed> find(String place, String release) {
        Path file = file(place, release);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            JsonObject note = (JsonObject) Json.parse(Files.readAllBytes(file));
            List<Workload> workloads = new ArrayList<>();
            for (JsonObject one : note.array("workloads").objects()) {
                workloads.add(
                        new Workload(
                                one.string("kind"), one.string("namespace"), one.string("name")));
            }
            return Optional.of(
                    new Installed(note.string("digest"), note.string("secret"), workloads));
        } catch (IOException | JsonException | ClassCastException e) {
            throw new DevException("cannot read the note of release " + release + " " + file, e);
        }
    }

    void note(String place, String release, Installed installed) {
        List<Json> workloads = new ArrayList<>();
        for (Workload one : installed.workloads()) {
            workloads.add(
                    JsonObject.of("kind", Json.of(one.kind()), "name", Json.of(one.name()))
                            .with("namespace", one.namespace()));
        }
        JsonObject note =
                JsonObject.of(
                                "digest",
                                Json.of(installed.digest()),
                                "secret",
                                Json.of(installed.secret()))
                        .with("workloads", new JsonArray(workloads));
        try {
            Files.createDirectories(folder);
            Files.write(file(place, release), note.toBytes());
        } catch (IOException e) {
            throw new DevException("cannot note the release " + release, e);
        }
    }

    private Path file(String place, String release) {
        return folder.resolve(new Digest().add(place).add(release).hex().substring(0, 32));
    }

    /// A digest of a chart with the charts beside it that it names, of the words for Helm, and
    /// of files that these name.
    static String digest(Path base, Helm.Release release, List<String> words) {
        Digest digest = new Digest();
        words.forEach(digest::add);
        digest.add(release.overrides().toString());
        if (release.isRemote()) {
            digest.add(release.chart());
        } else {
            chart(base.resolve(release.chart()).normalize(), digest, DEEPEST);
        }
        List<String> files = new ArrayList<>(release.files().values());
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("-f")) {
                files.add(words.get(i + 1));
            }
        }
        for (String file : files) {
            Path path = base.resolve(file);
            digest.add(Files.exists(path) ? content(path) : new byte[0]);
        }
        return digest.hex();
    }

    private static void chart(Path chart, Digest digest, int deepest) {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(chart, DEEPEST)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(chart.relativize(file).toString(), file));
        } catch (IOException e) {
            throw new DevException("cannot read the chart " + chart, e);
        }
        Path description = files.get("Chart.yaml");
        List<Path> neighbours = new ArrayList<>();
        if (description != null) {
            Matcher named =
                    NEIGHBOUR.matcher(
                            new String(
                                    content(description), java.nio.charset.StandardCharsets.UTF_8));
            while (named.find()) {
                neighbours.add(chart.resolve(named.group(1)).normalize());
            }
        }
        files.forEach(
                (name, file) -> {
                    // What Helm packs of its neighbours differs each time by its times.
                    boolean isPacked =
                            !neighbours.isEmpty()
                                    && (name.startsWith("charts/") || name.equals("Chart.lock"));
                    if (!isPacked) {
                        digest.add(name).add(content(file));
                    }
                });
        if (deepest > 0) {
            neighbours.forEach(neighbour -> chart(neighbour, digest, deepest - 1));
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
    }
}
