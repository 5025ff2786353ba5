package kat.kubelet.images;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Remembers with which credentials images were fetched, so that a pod does not get what another
/// pod's secret opened. One file an image.
///
/// | the image                            | a pod may use it                               |
/// |--------------------------------------|------------------------------------------------|
/// | was never fetched here (imported)    | always                                         |
/// | was fetched without credentials      | always                                         |
/// | was fetched with those of a secret   | with that secret, or with the same credentials |
/// | was fetched under other names only   | once it is fetched under this one              |
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/images/pullmanager`, policy `NeverVerifyPreloadedImages`.
public final class PulledImages {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final String MAPPING = "credentialMapping";
    private static final String SECRETS = "kubernetesSecrets";
    private static final String OPEN = "nodePodsAccessible";

    private final Path folder;

    /// @param folder of the records; made when the first is written
    public PulledImages(Path folder) {
        this.folder = folder;
    }

    /// Whether a pod may use an image that is on the machine without fetching it.
    ///
    /// @param id of the image
    /// @param image as the pod names it
    /// @param shown what the pod can show for it; asked only where it matters
    public synchronized boolean mayUse(
            String id, String image, Supplier<List<Keyring.Credential>> shown) {
        JsonObject record = read(id);
        if (record == null) {
            return true;
        }
        JsonObject known = record.object(MAPPING).object(Keyring.repository(image));
        if (known.isEmpty() || known.bool(OPEN)) {
            return !known.isEmpty();
        }
        for (Keyring.Credential credential : shown.get()) {
            for (JsonObject secret : known.array(SECRETS).objects()) {
                if (isSame(credential, secret)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSame(Keyring.Credential credential, JsonObject secret) {
        return secret.string("credentialHash").equals(credential.hash())
                || (secret.string("uid").equals(credential.secretUid())
                        && secret.string("name").equals(credential.secretName())
                        && secret.string("namespace").equals(credential.namespace()));
    }

    /// Remembers that an image was fetched.
    ///
    /// @param used null when nothing had to be shown
    public synchronized void pulled(String id, String image, Keyring.@Nullable Credential used) {
        JsonObject before = read(id);
        JsonObject record = before == null ? JsonObject.of("imageRef", Json.of(id)) : before;
        String repository = Keyring.repository(image);
        JsonObject known = record.object(MAPPING).object(repository);
        JsonObject now = used == null ? JsonObject.of(OPEN, Json.of(true)) : with(known, used);
        JsonObject mapping = record.object(MAPPING).with(repository, now);
        try {
            Files.createDirectories(folder);
            Path next = file(id + ".next");
            Files.write(next, record.with(MAPPING, mapping).toBytes());
            Files.move(next, file(id), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a pull was not recorded image={0} error={1}", image, e);
        }
    }

    private static JsonObject with(JsonObject known, Keyring.Credential used) {
        if (known.bool(OPEN)) {
            return known;
        }
        List<Json> secrets = new ArrayList<>();
        for (JsonObject secret : known.array(SECRETS).objects()) {
            if (!isSame(used, secret)) {
                secrets.add(secret);
            }
        }
        secrets.add(
                JsonObject.builder()
                        .put("uid", used.secretUid())
                        .put("namespace", used.namespace())
                        .put("name", used.secretName())
                        .put("credentialHash", used.hash())
                        .build());
        return JsonObject.of(SECRETS, new JsonArray(secrets));
    }

    /// Forgets images that are no longer on the machine.
    ///
    /// @param ids of those that are
    public synchronized void keepOnly(Set<String> ids) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<String> kept = ids.stream().map(id -> file(id).getFileName().toString()).toList();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                if (!kept.contains(each.getFileName().toString())) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "records of pulls not removed error={0}", e.toString());
        }
    }

    private @Nullable JsonObject read(String id) {
        Path file = file(id);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            Json text = Json.parse(Files.readAllBytes(file));
            return text instanceof JsonObject object ? object : JsonObject.EMPTY;
        } catch (IOException | JsonException e) {
            LOG.log(Level.WARNING, "a record of a pull is not readable file={0}", file);
            return JsonObject.EMPTY;
        }
    }

    private Path file(String id) {
        return folder.resolve(id.replace(':', '-'));
    }
}
