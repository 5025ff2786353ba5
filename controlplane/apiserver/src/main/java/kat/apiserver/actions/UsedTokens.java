package kat.apiserver.actions;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.base.Threads;
import kat.base.Ticker;

/// Labels a Secret whose token was shown with the day, once a day, so that tokens which nobody uses
/// can be found.
///
/// **Threads:** any; the label is written by another.
///
/// **Source:** `pkg/serviceaccount/legacy.go`.
public final class UsedTokens implements Consumer<KubeObject> {

    private static final System.Logger LOG = System.getLogger(UsedTokens.class.getName());
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String ACTOR = "system:apiserver";

    private final Writer writer;
    private final Resource secrets;
    private final Ticker ticker;
    private final Set<String> pending = ConcurrentHashMap.newKeySet(); // uids

    public UsedTokens(Writer writer, Resource secrets, Ticker ticker) {
        this.writer = writer;
        this.secrets = secrets;
        this.ticker = ticker;
    }

    @Override
    public void accept(KubeObject secret) {
        LocalDate today = LocalDate.ofInstant(ticker.now(), ZoneOffset.UTC);
        String known = secret.label(LAST_USED);
        boolean isNew =
                !known.equals(today.toString()) && !known.equals(today.plusDays(1).toString());
        if (isNew && pending.add(secret.uid())) {
            Threads.Running unused =
                    ticker.threads().start("used token", () -> label(secret, today.toString()));
        }
    }

    private void label(KubeObject secret, String day) {
        try {
            writer.update(
                    new Target(secrets, secret.key()),
                    live ->
                            live.uid().equals(secret.uid())
                                    ? live.withTree(
                                            tree ->
                                                    tree.withAt(
                                                            Json.of(day),
                                                            "metadata",
                                                            "labels",
                                                            LAST_USED))
                                    : live,
                    new WriteCall(ACTOR, 0, "kube-apiserver", false, ""));
        } catch (StatusException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "use of a token not noted secret={0} error={1}",
                    secret.key(),
                    e.getMessage());
        } finally {
            pending.remove(secret.uid());
        }
    }
}
