package kat.packages;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import kat.base.Ticker;
import kat.client.kubeconfig.Kubeconfig;

/// A command that changes a release: one at a time on this machine, after what was cut off is
/// cleared away.
///
/// @param namespace the release's
/// @param name the release's
record ReleaseChange(
        Invocation said, Ticker ticker, Settings settings, String namespace, String name) {

    private static final int DEFAULT_HISTORY = 10;

    /// The work itself, on a release that is free.
    interface Work {
        String run(KubeApi api, ReleaseStore store);
    }

    static ReleaseChange of(Invocation said, Ticker ticker, String name) {
        ReleaseStore.requireName(name);
        Settings settings = new Settings(said);
        return new ReleaseChange(said, ticker, settings, settings.namespace(), name);
    }

    private String lockName(Kubeconfig kubeconfig) {
        String release = kubeconfig.server() + "\n" + namespace + "\n" + name;
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(release.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new HelmException("cannot name the lock", e);
        }
    }

    /// @param way how a change that was cut off is cleared away first
    /// @param prefix of what a failure says, such as `UPGRADE FAILED`; empty for none
    String run(Recovery.Way way, String prefix, Work work) {
        try {
            Kubeconfig kubeconfig = settings.kubeconfig();
            try (KubeApi api = new KubeApi(kubeconfig);
                    ReleaseLock lock = ReleaseLock.take(settings.locks(), lockName(kubeconfig))) {
                ReleaseStore store = new ReleaseStore(api, ticker);
                if (way != Recovery.Way.NONE) {
                    boolean isOurs = lock.wasCutOff();
                    new Recovery(store, ticker.now())
                            .free(store.history(namespace, name), way, isOurs, said.timeout())
                            .ifPresent(text -> said.err().println("WARNING: " + text));
                }
                return work.run(api, store);
            }
        } catch (HelmException | IllegalStateException e) {
            throw prefix.isEmpty() ? e : new HelmException(prefix, e);
        }
    }

    /// Removes the oldest revisions beyond `--history-max`, but none that is deployed.
    void prune(ReleaseStore store) {
        String variable = said.variable("HELM_MAX_HISTORY");
        int absent = variable.isEmpty() ? DEFAULT_HISTORY : HelmOptions.number(variable);
        int most = said.number("history-max", absent);
        List<ReleaseRecord> history = store.history(namespace, name);
        int over = most <= 0 ? 0 : history.size() - most;
        for (ReleaseRecord record : history) {
            if (over > 0 && !record.status().equals(ReleaseRecord.DEPLOYED)) {
                store.delete(record);
                over--;
            }
        }
    }

    ReleaseRecord last(ReleaseStore store) {
        return store.get(namespace, name, 0);
    }
}
