package kat.kubelet.images;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.cri.ImageAuth;
import kat.cri.ImageNames;

/// Credentials for registries, by the places that they are for. A place is a host, with a port or
/// not, whose parts may hold `*`, and the beginning of a path: `registry.example/team`. Its text
/// form hides the credentials.
///
/// **Source:** `pkg/credentialprovider/keyring.go` and `config.go` of Kubernetes.
public final class Keyring {

    /// Secrets of this type hold a whole configuration file of Docker's client.
    private static final String CONFIG_TYPE = "kubernetes.io/dockerconfigjson";

    /// Secrets of this type hold only the part with the credentials.
    private static final String OLD_TYPE = "kubernetes.io/dockercfg";

    private static final String HUB = "index.docker.io";
    private static final String HUB_IN_NAMES = "docker.io";

    /// The longest places come first: what is said of a path goes before what is said of a host.
    private final SortedMap<String, List<Credential>> byPlace =
            new TreeMap<>(Collections.reverseOrder());

    private final List<String> unreadable = new ArrayList<>();

    /// What may open a registry, and the secret that it is from. Its text form hides it.
    public record Credential(
            ImageAuth auth, String secretUid, String namespace, String secretName) {

        /// Tells credentials apart without telling them.
        String hash() {
            String words = auth.username() + "\0" + auth.password() + "\0" + auth.identityToken();
            try {
                byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return HexFormat.of().formatHex(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public String toString() {
            return "Credential[" + namespace + "/" + secretName + "]";
        }
    }

    private Keyring() {}

    /// @param secrets of any type; those that hold no such credentials are passed over
    public static Keyring of(Collection<KubeObject> secrets) {
        Keyring keyring = new Keyring();
        for (KubeObject secret : secrets) {
            try {
                keyring.add(secret);
            } catch (JsonException | IllegalArgumentException e) {
                keyring.unreadable.add(secret.name());
            }
        }
        return keyring;
    }

    /// The names of secrets that hold no credentials although their type promises them.
    public List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    /// What may open the registry of an image, to be tried in this order; empty when nothing is
    /// known of it.
    public List<Credential> find(String image) {
        String repository = repository(image);
        List<Credential> found = new ArrayList<>();
        byPlace.forEach(
                (place, credentials) -> {
                    if (matches(place, repository)) {
                        found.addAll(credentials);
                    }
                });
        if (found.isEmpty() && host(repository).equals(HUB_IN_NAMES)) {
            found.addAll(byPlace.getOrDefault(HUB, List.of()));
        }
        return List.copyOf(found);
    }

    private void add(KubeObject secret) {
        JsonObject data = secret.tree().object("data");
        JsonObject entries =
                switch (secret.tree().string("type")) {
                    case CONFIG_TYPE -> parse(data.string(".dockerconfigjson")).object("auths");
                    case OLD_TYPE -> parse(data.string(".dockercfg"));
                    default -> JsonObject.EMPTY;
                };
        for (String place : entries.names()) {
            ImageAuth auth = credentials(entries.object(place));
            byPlace.computeIfAbsent(key(place), _ -> new ArrayList<>())
                    .add(new Credential(auth, secret.uid(), secret.namespace(), secret.name()));
        }
    }

    private static JsonObject parse(String base64) {
        return Json.parse(Base64.getDecoder().decode(base64)) instanceof JsonObject object
                ? object
                : JsonObject.EMPTY;
    }

    private static ImageAuth credentials(JsonObject entry) {
        String both = entry.string("auth").strip();
        if (both.isEmpty()) {
            return ImageAuth.basic(entry.string("username"), entry.string("password"));
        }
        String text = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("auth is not of the form user:password");
        }
        return ImageAuth.basic(text.substring(0, colon), text.substring(colon + 1));
    }

    /// Without the scheme, and without the version of the registry's interface.
    private static String key(String place) {
        int scheme = place.indexOf("://");
        String rest = scheme < 0 ? place : place.substring(scheme + "://".length());
        String path = path(rest);
        if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
            path = path.substring("/v1".length());
        }
        return host(rest) + (path.equals("/") ? "" : path);
    }

    /// The full name without tag and digest.
    static String repository(String image) {
        String full = ImageNames.full(image);
        int digest = full.indexOf('@');
        String name = digest < 0 ? full : full.substring(0, digest);
        int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
        return tag < 0 ? name : name.substring(0, tag);
    }

    private static String host(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    private static String path(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? "" : name.substring(slash);
    }

    private static boolean matches(String place, String repository) {
        List<String> wanted = List.of(host(place).split("\\.", -1));
        List<String> actual = List.of(host(repository).split("\\.", -1));
        if (wanted.size() != actual.size() || !path(repository).startsWith(path(place))) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!matchesPart(wanted.get(i), actual.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesPart(String pattern, String text) {
        String expression = "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
        return Pattern.matches(expression, text);
    }

    @Override
    public String toString() {
        return "Keyring" + byPlace.keySet();
    }
}
