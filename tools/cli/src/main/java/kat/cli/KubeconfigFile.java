package kat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;

/// A user's kubeconfig: a cluster's entries are merged in and taken out, all else stays.
///
/// **Source:** client-go `tools/clientcmd/api/v1`.
final class KubeconfigFile {

    private static final List<String> LISTS = List.of("clusters", "contexts", "users");

    private KubeconfigFile() {}

    /// `kat` for the cluster of that name, `kat-NAME` for others.
    static String contextName(String cluster) {
        return cluster.equals(ClusterConfig.DEFAULT_NAME) ? cluster : "kat-" + cluster;
    }

    /// The file that a context goes to: the one asked for, else the first of `KUBECONFIG`, else the
    /// user's own.
    static Path target(String asked, Surroundings surroundings) {
        if (!asked.isEmpty()) {
            return Path.of(asked);
        }
        String variable = surroundings.variable("KUBECONFIG");
        int end = variable.indexOf(':');
        String first = end < 0 ? variable : variable.substring(0, end);
        return first.isEmpty()
                ? surroundings.user().home().resolve(".kube").resolve("config")
                : Path.of(first);
    }

    /// @throws CliException when a context cannot be merged into the file
    static void require(Path target) {
        JsonObject unused = read(target);
        try {
            Path folder = FileTree.existing(place(target));
            // The permissions do not tell all: /proc takes no files, whatever they are.
            Files.delete(Files.createTempFile(folder, ".kat", ".tmp"));
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static CliException unwritable(Path target, IOException cause) {
        return new CliException(
                "cannot write the kubeconfig "
                        + target
                        + ": "
                        + CliException.reason(cause)
                        + "; name another file with --kubeconfig",
                cause);
    }

    /// Where the file really is: a link, as some people keep, stays one.
    private static Path place(Path target) throws IOException {
        return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    }

    /// Puts the entries of `source` into `target` and makes its context the current one.
    static void merge(Path target, Path source, Surroundings.User user) {
        JsonObject added = read(source);
        JsonObject merged = header(read(target));
        for (String list : LISTS) {
            List<Json> entries = without(merged.array(list), names(added.array(list)));
            entries.addAll(added.array(list).items());
            merged = merged.with(list, new JsonArray(entries));
        }
        write(target, merged.with("current-context", added.string("current-context")), user);
    }

    /// The certificate authority of the cluster that a kubeconfig names so; empty for none.
    static String authority(Path file, String cluster) {
        for (JsonObject entry : read(file).array("clusters").objects()) {
            if (entry.string("name").equals(cluster)) {
                return entry.object("cluster").string("certificate-authority-data");
            }
        }
        return "";
    }

    /// Takes a cluster's entries out, its administrator with certificate and key too; a file that
    /// is not there stays so, and entries of that name that mean another cluster do.
    ///
    /// @param authority the cluster's certificate authority; empty when it had no kubeconfig
    /// @return whether its context was the current one
    static boolean remove(Path target, String context, String authority, Surroundings.User user) {
        if (!Files.exists(target)) {
            return false;
        }
        String found = authority(target, context);
        if (!authority.isEmpty() && !found.isEmpty() && !found.equals(authority)) {
            return false;
        }
        List<String> names = List.of(context, context + "-admin");
        JsonObject before = read(target);
        JsonObject after = before;
        for (String list : LISTS) {
            if (before.has(list)) {
                List<Json> entries = without(before.array(list), names);
                after = after.with(list, new JsonArray(entries));
            }
        }
        boolean isCurrent = before.string("current-context").equals(context);
        if (isCurrent) {
            after = after.with("current-context", "");
        }
        if (!after.equals(before)) {
            write(target, after, user);
        }
        return isCurrent;
    }

    private static JsonObject header(JsonObject file) {
        return file.with("apiVersion", "v1").with("kind", "Config");
    }

    private static List<String> names(JsonArray entries) {
        List<String> names = new ArrayList<>();
        for (JsonObject entry : entries.objects()) {
            names.add(entry.string("name"));
        }
        return names;
    }

    private static List<Json> without(JsonArray entries, List<String> names) {
        List<Json> kept = new ArrayList<>();
        for (JsonObject entry : entries.objects()) {
            if (!names.contains(entry.string("name"))) {
                kept.add(entry);
            }
        }
        return kept;
    }

    private static JsonObject read(Path file) {
        try {
            String text = Files.readString(file);
            if (text.isBlank()) {
                return JsonObject.EMPTY;
            }
            if (Yaml.parse(text) instanceof JsonObject config) {
                return config;
            }
            throw new CliException(file + " is no kubeconfig; name another with --kubeconfig");
        } catch (YamlException e) {
            throw new CliException(
                    "the kubeconfig "
                            + file
                            + " is not YAML ("
                            + CliException.oneLine(e)
                            + "); mend it, or name another with --kubeconfig",
                    e);
        } catch (NoSuchFileException absent) {
            return JsonObject.EMPTY;
        } catch (IOException e) {
            throw CliException.of("cannot read the kubeconfig " + file, e);
        }
    }

    private static void write(Path file, JsonObject config, Surroundings.User user) {
        try {
            Path target = place(file);
            FileTree.createParents(target, user);
            ClusterFiles.writePrivately(target, Yaml.write(config).getBytes(UTF_8));
            FileTree.giveTo(user, List.of(target));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
