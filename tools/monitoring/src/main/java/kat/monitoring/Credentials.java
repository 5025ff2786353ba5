package kat.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.ClusterView;

/// Values of Secrets and ConfigMaps that objects name, as files beside Prometheus'
/// configuration.
///
/// **Threads:** one owner.
final class Credentials {

    private final ClusterView view;
    private final String folder;
    private final SequencedMap<String, String> files = new TreeMap<>();

    /// @param folder where Prometheus finds the files
    Credentials(ClusterView view, String folder) {
        this.view = view;
        this.folder = folder;
    }

    /// The files that were asked for, by name.
    SequencedMap<String, String> files() {
        return files;
    }

    /// Forgets all files but some.
    ///
    /// @param kept names
    void keep(Set<String> kept) {
        boolean unused = files.keySet().retainAll(kept);
    }

    /// Bytes of all files.
    int size() {
        return files.values().stream().mapToInt(text -> text.getBytes(UTF_8).length).sum();
    }

    /// The value that a selector of `name` and `key` means.
    ///
    /// @throws InvalidException when there is none
    String value(Kind kind, String namespace, JsonObject selector, String path) {
        String name = selector.string("name");
        String key = selector.string("key");
        KubeObject found = view.get(kind, ObjectKey.of(namespace, name));
        String what = kind.kind() + " " + namespace + "/" + name;
        if (found == null) {
            throw new InvalidException(path, "there is no " + what);
        }
        JsonObject data = found.tree().object("data");
        if (!data.has(key)) {
            throw new InvalidException(path, what + " has no key '" + key + "'");
        }
        return kind.equals(Kinds.SECRET)
                ? new String(Base64.getMimeDecoder().decode(data.string(key)), UTF_8)
                : data.string(key);
    }

    /// The path of a file that holds such a value of a Secret.
    String secretFile(String namespace, JsonObject selector, String path) {
        return file(Kinds.SECRET, namespace, selector, path);
    }

    /// The path of a file that holds what `secret` or `configMap` of `either` select.
    String eitherFile(String namespace, JsonObject either, String path) {
        return either.has("configMap")
                ? file(Kinds.CONFIG_MAP, namespace, either.object("configMap"), path)
                : file(Kinds.SECRET, namespace, either.object("secret"), path);
    }

    private String file(Kind kind, String namespace, JsonObject selector, String path) {
        String value = value(kind, namespace, selector, path);
        String name =
                kind.singular()
                        + "_"
                        + namespace
                        + "_"
                        + selector.string("name")
                        + "_"
                        + selector.string("key");
        files.put(name, value);
        return folder + "/" + name;
    }
}
