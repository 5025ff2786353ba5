package kat.packages;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import kat.api.json.JsonObject;
import kat.base.Ticker;

/// The releases of a cluster, in the Secrets where Helm keeps them.
final class ReleaseStore {

    private static final int PAGE = 50;
    private static final int NAME_LONGEST = 53;
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private final KubeApi api;
    private final Ticker ticker;

    ReleaseStore(KubeApi api, Ticker ticker) {
        this.api = api;
        this.ticker = ticker;
    }

    static String path(String namespace) {
        return namespace.isEmpty()
                ? "/api/v1/secrets"
                : "/api/v1/namespaces/" + namespace + "/secrets";
    }

    /// All revisions in a namespace, or in all when it is empty.
    ///
    /// @param selector of labels, beside that of the owner
    List<ReleaseRecord> list(String namespace, String selector) {
        String wanted = "owner=helm" + (selector.isEmpty() ? "" : "," + selector);
        String query =
                "?limit="
                        + PAGE
                        + "&labelSelector="
                        + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
        List<ReleaseRecord> records = new ArrayList<>();
        String next = "";
        do {
            JsonObject page = api.get(path(namespace) + query + next).orFail();
            for (JsonObject secret : page.array("items").objects()) {
                if (secret.string("type").equals(ReleaseRecord.SECRET_TYPE)) {
                    records.add(ReleaseRecord.of(secret));
                }
            }
            String token = page.object("metadata").string("continue");
            next =
                    token.isEmpty()
                            ? ""
                            : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        } while (!next.isEmpty());
        return records;
    }

    /// The revisions of a release, oldest first; none when there is no such release.
    List<ReleaseRecord> history(String namespace, String name) {
        requireName(name);
        List<ReleaseRecord> records = list(namespace, "name=" + name);
        records.sort(Comparator.comparingLong(ReleaseRecord::version));
        return records;
    }

    /// @throws HelmException when the name can be no release's
    static void requireName(String name) {
        if (name.length() > NAME_LONGEST || !NAME.matcher(name).matches()) {
            throw new HelmException("release name is invalid: " + name);
        }
    }

    /// As [#requireName], in the words of an install.
    static void requireNewName(String name) {
        if (name.length() > NAME_LONGEST || !NAME.matcher(name).matches()) {
            throw new HelmException(
                    "INSTALLATION FAILED: release name \""
                            + name
                            + "\": invalid release name, must match regex ^"
                            + NAME
                            + "$ and the length must not be longer than "
                            + NAME_LONGEST);
        }
    }

    Optional<ReleaseRecord> last(String namespace, String name) {
        List<ReleaseRecord> history = history(namespace, name);
        return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
    }

    /// A revision; the last one for 0.
    ///
    /// @throws HelmException when there is none
    ReleaseRecord get(String namespace, String name, int revision) {
        return history(namespace, name).stream()
                .filter(record -> revision == 0 || record.version() == revision)
                .reduce((_, second) -> second)
                .orElseThrow(() -> new HelmException("release: not found"));
    }

    /// Writes a revision over the one that is stored.
    void update(ReleaseRecord record) {
        ReleaseRecord now = record.modifiedAt(ticker.now());
        JsonObject unused =
                api.send("PUT", path(record.namespace()) + "/" + record.key(), now.secret())
                        .orFail();
    }

    void delete(ReleaseRecord record) {
        KubeApi.Answer answer =
                api.send("DELETE", path(record.namespace()) + "/" + record.key(), JsonObject.EMPTY);
        if (answer.code() != KubeApi.NOT_FOUND) {
            JsonObject unused = answer.orFail();
        }
    }
}
