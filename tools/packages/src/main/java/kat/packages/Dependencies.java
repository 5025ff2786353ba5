package kat.packages;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Ticker;

/// Brings the charts that a chart depends on into its folder `charts`.
///
/// The library does this too, but does not look at the repositories that a person added.
final class Dependencies {

    /// What the name of a repository starts with that is only used for one command.
    private static final String UNMANAGED = "helm-manager-";

    private final Invocation said;
    private final Ticker ticker;
    private final Repositories repositories;
    private final Requirements requirements;

    Dependencies(Invocation said, Ticker ticker, Path chart) {
        this.said = said;
        this.ticker = ticker;
        repositories = new Repositories(new Settings(said));
        requirements = Requirements.of(chart);
    }

    /// The newest versions in range; writes the lock file.
    String update() {
        if (requirements.wanted().isEmpty()) {
            return "";
        }
        Requirements plain = requirements.resolved(repositories);
        learnUnmanaged(plain);
        refresh();
        List<JsonObject> chosen = chosen(plain);
        plain.lock(save(chosen), ticker.now());
        return "";
    }

    /// The versions of the lock file; where there is none, as [#update].
    String build() {
        Optional<List<JsonObject>> locked = requirements.locked();
        if (locked.isEmpty()) {
            return update();
        }
        requirements.resolved(repositories).requireInSync();
        List<String> unknown = new ArrayList<>();
        for (JsonObject one : locked.get()) {
            String url = one.string("repository");
            if (isServed(url) && repositories.at(url).isEmpty()) {
                unknown.add(url);
            }
        }
        if (!unknown.isEmpty()) {
            throw new HelmException(
                    "no repository definition for "
                            + String.join(", ", unknown)
                            + ". Please add the missing repos via 'helm repo add'");
        }
        refresh();
        List<JsonObject> unused = save(locked.get());
        return "";
    }

    private static boolean isServed(String repository) {
        return repository.startsWith("http://") || repository.startsWith("https://");
    }

    private void refresh() {
        if (said.has("skip-refresh") || repositories.all().isEmpty()) {
            return;
        }
        // One that cannot be reached is told of; what is known of it is used.
        List<String> unused = RepoVerbs.refresh(said, repositories, repositories.all());
        said.out().println("Update Complete. ⎈Happy Helming!⎈");
    }

    private Path passing() {
        return said.scratch().folder("dependencies").resolve("repositories.yaml");
    }

    private static String passingName(String url) {
        return UNMANAGED + Integer.toHexString(url.hashCode());
    }

    /// Reads the indexes of repositories that nobody added, for this command only.
    private void learnUnmanaged(Requirements plain) {
        Set<String> seen = new HashSet<>();
        for (JsonObject one : plain.wanted()) {
            String url = one.string("repository");
            if (!isServed(url) || repositories.at(url).isPresent() || !seen.add(url)) {
                continue;
            }
            if (seen.size() == 1) {
                said.out().println("Getting updates for unmanaged Helm repositories...");
            }
            ChartSource.learn(said, passing(), passingName(url), url);
            said.out()
                    .println(
                            "...Successfully got an update from the \""
                                    + url
                                    + "\" chart repository");
        }
    }

    private List<JsonObject> chosen(Requirements plain) {
        List<JsonObject> chosen = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (JsonObject one : plain.wanted()) {
            Optional<String> version = version(one);
            if (version.isEmpty()) {
                missing.add(
                        "\""
                                + one.string("name")
                                + "\" (repository \""
                                + one.string("repository")
                                + "\", version \""
                                + one.string("version")
                                + "\")");
            }
            version.ifPresent(found -> chosen.add(locked(one, found)));
        }
        if (!missing.isEmpty()) {
            throw new HelmException(
                    "can't get a valid version for "
                            + missing.size()
                            + " subchart(s): "
                            + String.join(", ", missing)
                            + ". Make sure a matching chart version exists in the repo, or change"
                            + " the version constraint in Chart.yaml");
        }
        return chosen;
    }

    private static JsonObject locked(JsonObject wanted, String version) {
        return JsonObject.of(
                        "name",
                        Json.of(wanted.string("name")),
                        "repository",
                        Json.of(wanted.string("repository")))
                .with("version", version);
    }

    private Optional<String> version(JsonObject wanted) {
        String name = wanted.string("name");
        String repository = wanted.string("repository");
        VersionRange range;
        try {
            range = VersionRange.of(wanted.string("version"));
        } catch (HelmException e) {
            throw new HelmException(
                    "dependency \"" + name + "\" has an invalid version/constraint format", e);
        }
        if (repository.isEmpty()) {
            return Optional.of(wanted.string("version"));
        }
        if (repository.startsWith("file://")) {
            String found = Fetching.metadata(folder(repository)).string("version");
            return Optional.of(found).filter(range::contains);
        }
        if (isServed(repository)) {
            return entry(name, repository, range).map(entry -> entry.string("version"));
        }
        return VersionRange.isExact(wanted.string("version"))
                ? Optional.of(wanted.string("version"))
                : Optional.of(
                        new Fetching(said)
                                .fetch(repository + "/" + name, wanted.string("version"))
                                .version());
    }

    /// The newest version in range of a repository's index.
    private Optional<JsonObject> entry(String name, String url, VersionRange range) {
        String known = repositories.at(url).map(one -> one.string("name")).orElse(passingName(url));
        JsonObject entries = repositories.index(known).object("entries");
        if (!entries.has(name)) {
            throw new HelmException(name + " chart not found in repo " + url);
        }
        return entries.array(name).objects().stream()
                .filter(entry -> range.contains(entry.string("version")))
                .filter(entry -> !entry.array("urls").isEmpty())
                .max(
                        (one, other) ->
                                SemanticVersion.ORDER.compare(
                                        one.string("version"), other.string("version")));
    }

    private Path folder(String repository) {
        Path path =
                requirements.chart().resolve(repository.substring("file://".length())).normalize();
        if (!Files.isDirectory(path)) {
            throw new HelmException("directory " + path + " not found");
        }
        return path;
    }

    /// Brings the charts, all or none of them.
    ///
    /// @return what was chosen, with the versions that folders have
    private List<JsonObject> save(List<JsonObject> chosen) {
        said.out().println("Saving " + chosen.size() + " charts");
        Path fresh = said.scratch().folder("charts");
        List<JsonObject> saved = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try {
            for (JsonObject one : chosen) {
                boolean isNew =
                        seen.add(
                                one.string("repository")
                                        + " "
                                        + one.string("name")
                                        + " "
                                        + one.string("version"));
                saved.add(save(one, fresh, isNew));
            }
            replace(fresh, chosen);
        } catch (IOException e) {
            throw new HelmException("cannot save the charts", e);
        } catch (HelmException | IllegalStateException e) {
            said.out().println("Save error occurred:  " + HelmException.reason(e));
            throw e;
        }
        return saved;
    }

    private JsonObject save(JsonObject one, Path fresh, boolean isNew) throws IOException {
        String name = one.string("name");
        String repository = one.string("repository");
        String version = one.string("version");
        if (repository.isEmpty()) {
            said.out()
                    .println(
                            "Dependency "
                                    + name
                                    + " did not declare a repository. Assuming it exists in the"
                                    + " charts directory");
            requireInCharts(name, version);
            return one;
        }
        if (repository.startsWith("file://")) {
            Path folder = folder(repository);
            String found = Fetching.metadata(folder).string("version");
            if (!VersionRange.of(version).contains(found)) {
                throw new HelmException("can't get a valid version for dependency " + name);
            }
            Helm unused = new Helm(folder).packageIt().withDestination(fresh).call();
            return one.with("version", found);
        }
        if (!isNew) {
            said.out().println("Already downloaded " + name + " from repo " + repository);
            return one;
        }
        said.out().println("Downloading " + name + " from repo " + repository);
        Fetching.Fetched fetched = fetched(name, repository, version);
        Path file = archive(fresh, name, fetched.version());
        Files.copy(fetched.archive(), file, StandardCopyOption.REPLACE_EXISTING);
        return one;
    }

    /// The file of a chart in a folder. What others named never leads out of it.
    static Path archive(Path folder, String name, String version) {
        String file = name + "-" + version + ".tgz";
        if (file.indexOf('/') >= 0) {
            throw new HelmException(
                    "dependency \"" + name + "\" of version \"" + version + "\" names no file");
        }
        return folder.resolve(file);
    }

    private Fetching.Fetched fetched(String name, String repository, String version) {
        Fetching fetching = new Fetching(said);
        if (!isServed(repository)) {
            return fetching.fetch(repository + "/" + name, version);
        }
        Optional<JsonObject> known = repositories.at(repository);
        if (known.isPresent()) {
            return fetching.fetch(known.get().string("name") + "/" + name, version);
        }
        String base = repository.endsWith("/") ? repository : repository + "/";
        String url =
                entry(name, repository, VersionRange.of(version))
                        .map(entry -> entry.array("urls").strings().getFirst())
                        .orElseThrow(() -> new HelmException("could not find " + name));
        return fetching.fetch(URI.create(base).resolve(url).toString(), "");
    }

    private void requireInCharts(String name, String version) {
        Path folder = requirements.chart().resolve("charts").resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new HelmException(
                    "unable to load chart '"
                            + folder
                            + "': stat "
                            + folder
                            + ": no such file or directory");
        }
        String found = Fetching.metadata(folder).string("version");
        if (!VersionRange.of(version).contains(found)) {
            throw new HelmException(
                    "dependency "
                            + name
                            + " at version "
                            + found
                            + " does not satisfy the constraint "
                            + version);
        }
    }

    /// Puts the fresh archives in place and removes those of other versions.
    private void replace(Path fresh, List<JsonObject> chosen) throws IOException {
        Path charts = Files.createDirectories(requirements.chart().resolve("charts"));
        Set<String> names = new HashSet<>();
        for (Path archive : archives(fresh)) {
            names.add(archive.getFileName().toString());
            Files.copy(
                    archive,
                    charts.resolve(archive.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        said.out().println("Deleting outdated charts");
        for (Path archive : archives(charts)) {
            boolean isLocal =
                    chosen.stream()
                            .filter(one -> one.string("repository").isEmpty())
                            .anyMatch(
                                    one ->
                                            Fetching.metadata(archive)
                                                    .string("name")
                                                    .equals(one.string("name")));
            if (!names.contains(archive.getFileName().toString()) && !isLocal) {
                Files.delete(archive);
            }
        }
    }

    private static List<Path> archives(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tgz")).sorted().toList();
        }
    }
}
