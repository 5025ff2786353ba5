package kat.addons;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.client.ListQuery;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.Written;
import org.jspecify.annotations.Nullable;

/// Brings add-ons into a cluster and takes them away.
///
/// A release lives in the namespace `kat-NAME`; the ConfigMap that switches a program of KAT's
/// on, and that program's account, live in `kat-system`.
///
/// **Threads:** one.
public final class Addons {

    /// Where programs of KAT's are switched on.
    static final String SYSTEM = "kat-system";

    private static final String PROGRAM = "kat.dev/program";
    private static final Duration PAUSE = Duration.ofMillis(100);

    /// How long a server of KAT may take to say anything of a program.
    private static final Duration TAKEN_UP = Duration.ofSeconds(15);

    private final Catalogue catalogue;
    private final Transport transport;
    private final Helm helm;
    private final Ticker ticker;

    /// @param transport as who may see Secrets and namespaces of the whole cluster
    public Addons(Catalogue catalogue, Transport transport, Helm helm, Ticker ticker) {
        this.catalogue = catalogue;
        this.transport = transport;
        this.helm = helm;
        this.ticker = ticker;
    }

    /// Every add-on of the catalogue, sorted by name.
    public List<Standing> list() {
        Map<String, Release> releases = releases();
        List<Standing> standings = new ArrayList<>();
        for (Addon addon : catalogue.addons().values()) {
            Release release = releases.get(addon.name());
            standings.add(
                    new Standing(addon, release, release == null ? "" : program(addon.name())));
        }
        return standings;
    }

    /// What is installed, by name. Secrets in other namespaces than the add-on's are not asked:
    /// whoever made them could have objects deleted with the rights of whoever disables it.
    private Map<String, Release> releases() {
        Map<String, Release> newest = new HashMap<>();
        ListQuery query = new ListQuery("", Release.SELECTOR, "", 0, "");
        for (KubeObject secret : transport.list(Kinds.SECRET, query).items()) {
            if (!secret.namespace().equals(Addon.namespace(secret.label(Release.ADDON)))) {
                continue;
            }
            Release release = Release.of(secret);
            newest.merge(
                    release.name(),
                    release,
                    (one, other) -> one.revision() > other.revision() ? one : other);
        }
        return newest;
    }

    private String program(String name) {
        KubeObject map = find(Kinds.CONFIG_MAP, ObjectKey.of(SYSTEM, name));
        return map == null ? "" : map.annotation(PROGRAM);
    }

    /// How an add-on is to be enabled.
    ///
    /// @param values as `key=value`, in the order said; what was said at an earlier time stays
    /// @param awaited whether to return only when its pods and its program run
    /// @param timeout for that
    public record Wish(List<String> values, boolean awaited, Duration timeout) {
        public Wish {
            values = List.copyOf(values);
        }
    }

    /// An add-on that was enabled.
    ///
    /// @param notes what its chart says about its use
    public record Enabled(Standing standing, String notes) {

        /// Whether a program of KAT's belongs to it that no server of KAT has taken up, as in a
        /// cluster that is not KAT's.
        public boolean isLeftAlone() {
            return standing.addon().hasProgram() && standing.program().isEmpty();
        }

        public JsonObject toJson() {
            return standing.toJson().with("notes", notes);
        }
    }

    /// Installs an add-on, or brings it to the version and the values that are wanted.
    ///
    /// @throws AddonException when there is none of that name, or Helm refuses
    public Enabled enable(String name, Wish wish) throws InterruptedException {
        Addon addon = catalogue.require(name);
        List<String> made = new ArrayList<>();
        for (String namespace : List.of(addon.namespace(), SYSTEM)) {
            if (makeNamespace(namespace)) {
                made.add(namespace);
            }
        }
        List<String> words = new ArrayList<>();
        words.addAll(List.of("upgrade", "--install", addon.name(), addon.chart().toString()));
        words.addAll(List.of("--namespace", addon.namespace(), "--labels", Release.labels(addon)));
        words.addAll(List.of("--reset-then-reuse-values", "--output", "json"));
        wish.values().forEach(value -> words.addAll(List.of("--set", value)));
        if (wish.awaited()) {
            words.addAll(List.of("--wait", "--timeout", wish.timeout().toSeconds() + "s"));
        }
        Deadline deadline = Deadline.in(wish.timeout(), ticker);
        JsonObject release;
        try {
            release = answered(run("cannot enable " + name, words));
        } catch (AddonException e) {
            if (!releases().containsKey(name)) {
                removeNamespaces(made);
            }
            throw e;
        }
        if (addon.hasProgram()) {
            awaitTakenUp(name);
        }
        if (wish.awaited() && addon.hasProgram()) {
            awaitProgram(name, deadline);
        }
        return new Enabled(
                new Standing(addon, releases().get(name), program(name)),
                release.object("info").string("notes").strip());
    }

    private static JsonObject answered(String out) {
        try {
            return Json.parse(out.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject release
                    ? release
                    : JsonObject.EMPTY;
        } catch (JsonException e) {
            throw new AddonException("Helm answered no JSON: " + e.getMessage(), e);
        }
    }

    /// Of a chart that was refused nothing stays.
    private void removeNamespaces(List<String> made) throws InterruptedException {
        Leftovers leftovers = new Leftovers(transport, "", ticker);
        for (String namespace : made) {
            leftovers.deleteNamespace(namespace);
        }
    }

    /// @return whether it was not there before
    private boolean makeNamespace(String name) throws InterruptedException {
        KubeObject present = find(Kinds.NAMESPACE, ObjectKey.of("", name));
        if (present != null && !present.isDeleting()) {
            return false;
        }
        if (present != null) {
            Leftovers.awaitGone(transport, Kinds.NAMESPACE, present.key(), ticker);
        }
        JsonObject tree =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Namespace")
                        .put("metadata", JsonObject.of("name", Json.of(name)))
                        .build();
        try {
            Written unused =
                    transport.create(Kinds.NAMESPACE, new KubeObject(tree), WriteOptions.by("kat"));
            return true;
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            return false;
        }
    }

    private void awaitTakenUp(String name) throws InterruptedException {
        Deadline deadline = Deadline.in(TAKEN_UP, ticker);
        while (program(name).isEmpty() && !deadline.isOver(ticker)) {
            ticker.sleep(PAUSE);
        }
    }

    private void awaitProgram(String name, Deadline deadline) throws InterruptedException {
        String said = program(name);
        while (!said.startsWith("running")) {
            if (deadline.isOver(ticker)) {
                throw new AddonException(
                        "the program of "
                                + name
                                + " does not run: "
                                + (said.isEmpty() ? "the server has not seen it" : said));
            }
            ticker.sleep(PAUSE);
            said = program(name);
        }
    }

    /// What is to become of data.
    public enum Data {
        /// Refuse where there are any.
        REFUSE,
        /// Keep them for the next time, and the namespace that holds them.
        KEEP,
        DELETE
    }

    /// Removes an add-on with its namespace, and waits until it is gone. The namespace that all
    /// share goes with the last one, unless somebody put something there.
    ///
    /// @throws AddonException when it is not enabled, when it keeps data and nothing was said
    ///     about them, or when something does not go
    public void disable(String name, Data data) throws InterruptedException {
        Release release = releases().get(name);
        if (release == null) {
            Addon known = catalogue.require(name);
            throw new AddonException("the add-on " + known.name() + " is not enabled");
        }
        Leftovers leftovers = new Leftovers(transport, name, ticker);
        List<String> held = leftovers.data();
        if (!held.isEmpty() && data == Data.REFUSE) {
            throw new AddonException(
                    name
                            + " keeps data: "
                            + String.join(", ", held)
                            + "; say --delete-data to delete them, or --keep-data to keep them for"
                            + " when it is enabled again");
        }
        if (data != Data.KEEP) {
            leftovers.markForDeletion();
        }
        String unused =
                run(
                        "cannot disable " + name,
                        List.of("uninstall", name, "--namespace", release.namespace(), "--wait"));
        if (data != Data.KEEP || held.isEmpty()) {
            leftovers.delete(release.namespace());
        }
        if (releases().isEmpty()) {
            leftovers.deleteNamespaceUnlessUsed(SYSTEM);
        }
    }

    private String run(String failed, List<String> words) throws InterruptedException {
        Helm.Outcome outcome = helm.run(words);
        if (outcome.code() != 0) {
            String said = outcome.err().strip().replaceFirst("^Error: ", "");
            throw new AddonException(failed + ": " + said.replaceAll("\\s*\\R\\s*", " "));
        }
        return outcome.out();
    }

    private @Nullable KubeObject find(Kind kind, ObjectKey key) {
        return Leftovers.find(transport, kind, key);
    }
}
