package kat.packages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The charts that a chart needs, as its files name them: `Chart.yaml` and `Chart.lock`, or
/// `requirements.yaml` and `requirements.lock` of the older form.
///
/// @param wanted by name and range of versions
/// @param locked by name and version; absent when there is no lock file
/// @param digest what the lock file says it was made from
record Requirements(
        Path chart,
        boolean isOld,
        List<JsonObject> wanted,
        Optional<List<JsonObject>> locked,
        String digest) {

    /// The members that a digest is made of, in order.
    private static final List<String> MEMBERS =
            List.of(
                    "name",
                    "version",
                    "repository",
                    "condition",
                    "tags",
                    "enabled",
                    "import-values",
                    "alias");

    private static final Json EMPTY = Json.of("");
    private static final Set<Json> OMITTED = Set.of(EMPTY, Json.of(false), JsonArray.EMPTY);

    Requirements {
        wanted = List.copyOf(wanted);
        locked = locked.map(List::copyOf);
    }

    /// @throws HelmException when the folder holds no chart
    static Requirements of(Path chart) {
        if (!Files.exists(chart.resolve("Chart.yaml"))) {
            throw new HelmException("Chart.yaml file is missing");
        }
        JsonObject metadata = read(chart.resolve("Chart.yaml"));
        boolean isOld = metadata.string("apiVersion").equals("v1");
        JsonObject wanted = isOld ? read(chart.resolve("requirements.yaml")) : metadata;
        Path file = chart.resolve(isOld ? "requirements.lock" : "Chart.lock");
        JsonObject lock = read(file);
        return new Requirements(
                chart,
                isOld,
                wanted.array("dependencies").objects(),
                Files.exists(file)
                        ? Optional.of(lock.array("dependencies").objects())
                        : Optional.empty(),
                lock.string("digest"));
    }

    private static JsonObject read(Path file) {
        try {
            return Files.exists(file)
                            && Yaml.parse(Files.readString(file)) instanceof JsonObject object
                    ? object
                    : JsonObject.EMPTY;
        } catch (IOException | YamlException e) {
            throw new HelmException("cannot load " + file.getFileName(), e);
        }
    }

    /// With each `@name` and `alias:name` replaced by the address of that repository.
    ///
    /// @throws HelmException when a repository is neither known nor an address
    Requirements resolved(Repositories repositories) {
        List<JsonObject> plain = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (JsonObject one : wanted) {
            String said = one.string("repository");
            if (said.startsWith("@") || said.startsWith("alias:")) {
                String name = said.substring(said.startsWith("@") ? 1 : "alias:".length());
                Optional<JsonObject> known = repositories.named(name);
                if (known.isEmpty()) {
                    unknown.add(said);
                } else {
                    plain.add(one.with("repository", known.get().string("url")));
                }
            } else if (!said.isEmpty() && !said.contains("://")) {
                unknown.add(said);
            } else {
                plain.add(one);
            }
        }
        if (!unknown.isEmpty()) {
            throw new HelmException(
                    "no repository definition for "
                            + String.join(", ", unknown)
                            + ". Please add them via 'helm repo add'");
        }
        return new Requirements(chart, isOld, plain, locked, digest);
    }

    /// @throws HelmException when the lock file was made from something else
    void requireInSync() {
        if (digest(locked.orElse(List.of())).equals(digest)) {
            return;
        }
        throw new HelmException(
                isOld
                        ? "the lock file (requirements.lock) is out of sync with the dependencies"
                                + " file (requirements.yaml). Please update the dependencies"
                        : "the lock file (Chart.lock) is out of sync with the dependencies file"
                                + " (Chart.yaml). Please update the dependencies");
    }

    /// The digest of what is wanted and of what was chosen.
    ///
    /// It is made of the bytes that Go's encoder gives, which escapes what HTML would read.
    String digest(List<JsonObject> chosen) {
        String text =
                ("[" + encoded(wanted) + "," + encoded(chosen) + "]")
                        .replace("<", "\\u003c")
                        .replace(">", "\\u003e")
                        .replace("&", "\\u0026");
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] sum = sha.digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new HelmException("cannot make the digest", e);
        }
    }

    /// Members stand in Go's order; values are as they are, with sorted members.
    private static String encoded(List<JsonObject> dependencies) {
        List<String> all = new ArrayList<>();
        for (JsonObject one : dependencies) {
            List<String> members = new ArrayList<>();
            for (String member : MEMBERS) {
                Json value = one.has(member) ? one.get(member) : EMPTY;
                if (member.equals("repository") || !OMITTED.contains(value)) {
                    members.add(Json.of(member) + ":" + value);
                }
            }
            all.add("{" + String.join(",", members) + "}");
        }
        return "[" + String.join(",", all) + "]";
    }

    /// Writes the lock file, unless it would say what it says already.
    void lock(List<JsonObject> chosen, Instant now) {
        String made = digest(chosen);
        if (locked.isPresent() && digest.equals(made)) {
            return;
        }
        JsonObject lock =
                JsonObject.of("dependencies", new JsonArray(List.copyOf(chosen)))
                        .with("digest", made)
                        .with("generated", now.toString());
        try {
            Files.writeString(
                    chart.resolve(isOld ? "requirements.lock" : "Chart.lock"), Output.yaml(lock));
        } catch (IOException e) {
            throw new HelmException("cannot write the lock file", e);
        }
    }
}
