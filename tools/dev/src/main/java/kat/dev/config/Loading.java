package kat.dev.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// From a skaffold.yaml to the modules that it consists of: reads, checks, applies profiles,
/// follows `requires`.
///
/// Paths of the first file are relative to the folder in which the command runs, those of files
/// that it requires to their own folder, as in skaffold.
///
/// **Threads:** one owner, one use.
public final class Loading {

    private static final String DEFAULT_FILE = "skaffold.yaml";
    private static final int MOST_DOCUMENTS = 1_000;

    private final Surroundings surroundings;
    private final Choice choice;
    private final Profiles profiles;
    private final Map<Path, List<JsonObject>> files = new HashMap<>();
    private final Map<String, List<String>> visited = new HashMap<>();
    private final Map<String, Path> names = new HashMap<>();
    private final Set<String> knownProfiles = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<String> errors = new ArrayList<>();

    /// What profiles and templates may depend on.
    ///
    /// @param folder in which the command runs
    /// @param command the verb, such as `dev`
    /// @param kubeContext the context that is used
    public record Surroundings(
            Path folder, Map<String, String> environment, String command, String kubeContext) {
        public Surroundings {
            environment = Map.copyOf(environment);
        }
    }

    /// What the command line chose.
    ///
    /// @param file of which the name is relative to the folder; empty for `skaffold.yaml`
    /// @param profiles to be active; `-NAME` switches one off
    /// @param modules names of those wanted, with what they require; none for all
    /// @param isPropagated whether required files get the same profiles
    public record Choice(
            String file, List<String> profiles, List<String> modules, boolean isPropagated) {
        public Choice {
            profiles = List.copyOf(profiles);
            modules = List.copyOf(modules);
        }
    }

    /// A file among those that require each other.
    ///
    /// @param selection names of the documents wanted; none for all
    /// @param isWanted whether a wanted module requires it
    private record Visit(
            Path file,
            Path base,
            List<String> selection,
            List<String> profiles,
            boolean isWanted) {}

    private Loading(Choice choice, Surroundings surroundings) {
        this.choice = choice;
        this.surroundings = surroundings;
        profiles = new Profiles(surroundings);
    }

    /// @throws DevException naming each fault with its place, one a line
    public static Project load(Choice choice, Surroundings surroundings) {
        return new Loading(choice, surroundings).load();
    }

    private Project load() {
        Path file = rootFile();
        List<Module> modules =
                visit(new Visit(file, surroundings.folder(), List.of(), choice.profiles(), false));
        for (String name : choice.profiles()) {
            if (!knownProfiles.contains(name.startsWith("-") ? name.substring(1) : name)) {
                errors.add(file + ": no profile " + name + "; there are " + knownProfiles);
            }
        }
        if (!errors.isEmpty()) {
            throw new DevException(String.join("\n", errors));
        }
        if (modules.isEmpty()) {
            throw new DevException(file + ": no module " + String.join(", ", choice.modules()));
        }
        return new Project(modules, List.copyOf(warnings));
    }

    private Path rootFile() {
        Path named =
                surroundings
                        .folder()
                        .resolve(choice.file().isEmpty() ? DEFAULT_FILE : choice.file());
        Path other = named.resolveSibling("skaffold.yml");
        boolean isOther = choice.file().isEmpty() && !Files.exists(named) && Files.exists(other);
        return (isOther ? other : named).toAbsolutePath().normalize();
    }

    private List<Module> visit(Visit visit) {
        List<JsonObject> documents = read(visit.file());
        List<Module> modules = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            String where =
                    documents.size() == 1
                            ? visit.file().toString()
                            : visit.file() + " (document " + (i + 1) + ")";
            modules.addAll(document(documents.get(i), visit, where));
        }
        return modules;
    }

    private List<JsonObject> read(Path file) {
        List<JsonObject> known = files.get(file);
        if (known != null) {
            return known;
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
        List<JsonObject> documents = new ArrayList<>();
        try {
            Yaml.readObjects(text).forEach(document -> documents.add(withoutAnchors(document)));
        } catch (YamlException e) {
            throw new DevException(file + " is not YAML: " + e.getMessage());
        }
        if (documents.isEmpty() || documents.size() > MOST_DOCUMENTS) {
            throw new DevException(file + " holds " + documents.size() + " documents");
        }
        files.put(file, List.copyOf(documents));
        Set<String> here = new LinkedHashSet<>();
        for (JsonObject document : documents) {
            String name = document.object("metadata").string("name");
            document.array("profiles")
                    .objects()
                    .forEach(profile -> knownProfiles.add(profile.string("name")));
            Path other = name.isEmpty() ? null : names.put(name, file);
            if (!name.isEmpty() && (!here.add(name) || other != null)) {
                throw new DevException(
                        file
                                + ": the name "
                                + name
                                + " is used twice"
                                + (other == null || other.equals(file)
                                        ? ""
                                        : "; also in " + other));
            }
        }
        return documents;
    }

    /// Names with a dot hold parts for YAML's anchors.
    private static JsonObject withoutAnchors(JsonObject document) {
        JsonObject plain = document;
        for (String name : document.names()) {
            plain = name.startsWith(".") ? plain.without(name) : plain;
        }
        return plain;
    }

    private List<Module> document(JsonObject document, Visit visit, String where) {
        String name = document.object("metadata").string("name");
        if (!visit.selection().isEmpty() && !visit.selection().contains(name)) {
            return List.of();
        }
        boolean isWanted =
                visit.isWanted() || choice.modules().isEmpty() || choice.modules().contains(name);
        String version = Versions.of(document.string("apiVersion"), where);
        if (!document.string("kind").equals("Config")) {
            throw new DevException(where + ": kind must be Config");
        }
        List<String> active = profiles.active(document, visit.profiles());
        String key = where + isWanted;
        List<String> before = visited.putIfAbsent(key, active);
        if (before != null) {
            if (!before.equals(active)) {
                throw new DevException(
                        where
                                + " is required with profiles "
                                + before
                                + " and again with "
                                + active);
            }
            return List.of();
        }
        if (!check(document, version, where)) {
            return List.of();
        }
        JsonObject applied = profiles.apply(document, active, where);
        if (!active.isEmpty()) {
            requireGood(applied, version, where + " with profiles " + active);
        }
        List<Module> modules = new ArrayList<>(required(applied, visit, active, isWanted));
        if (isWanted) {
            JsonObject latest = Migration.toLatest(applied, version);
            modules.add(
                    new ModuleReader(visit.base(), surroundings.environment(), where)
                            .read(latest, name));
        }
        return modules;
    }

    private boolean check(JsonObject document, String version, String where) {
        boolean isGood = true;
        for (FieldCheck.Finding finding : FieldCheck.check(document, version)) {
            String sentence = where + ": " + finding;
            if (finding.isError()) {
                errors.add(sentence);
                isGood = false;
            } else {
                warnings.add(sentence);
            }
        }
        return isGood;
    }

    private static void requireGood(JsonObject document, String version, String where) {
        for (FieldCheck.Finding finding : FieldCheck.check(document, version)) {
            if (finding.isError()) {
                throw new DevException(where + ": " + finding);
            }
        }
    }

    private List<Module> required(
            JsonObject document, Visit visit, List<String> active, boolean isWanted) {
        List<Module> modules = new ArrayList<>();
        for (JsonObject requirement : document.array("requires").objects()) {
            Path file = visit.file();
            Path base = visit.base();
            String path = requirement.string("path");
            if (!path.isEmpty()) {
                Path named = folder(visit.file()).resolve(path).normalize();
                file = Files.isDirectory(named) ? named.resolve(DEFAULT_FILE) : named;
                base = file.equals(visit.file()) ? base : folder(file);
            }
            List<String> wanted = Values.texts(requirement, "configs");
            List<String> given = new ArrayList<>(given(requirement, active));
            if (choice.isPropagated()) {
                choice.profiles().stream().filter(p -> !given.contains(p)).forEach(given::add);
            }
            modules.addAll(visit(new Visit(file, base, wanted, given, isWanted)));
        }
        return modules;
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    private static List<String> given(JsonObject requirement, List<String> active) {
        List<String> given = new ArrayList<>();
        for (JsonObject profile : requirement.array("activeProfiles").objects()) {
            List<String> by = Values.texts(profile, "activatedBy");
            if (by.isEmpty() || by.stream().anyMatch(active::contains)) {
                given.add(profile.string("name"));
            }
        }
        return given;
    }
}
