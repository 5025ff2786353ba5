package kat.controllers.bootstrap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;

/// Removes bootstrap tokens that are over.
///
/// **Source:** kube-controller-manager `bootstrap/tokencleaner.go`.
public final class TokenCleaner implements Controller {

    @Override
    public String name() {
        return "token-cleaner";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.secondary(
                        Kinds.SECRET,
                        secret ->
                                BootstrapToken.of(secret) == null
                                        ? List.of()
                                        : List.of(secret.key())));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject secret = view.get(Kinds.SECRET, key);
        BootstrapToken token = secret == null ? null : BootstrapToken.of(secret);
        Instant end = token == null ? null : token.end();
        if (secret == null || end == null || secret.isDeleting()) {
            return Plan.NOTHING;
        }
        return end.isAfter(now)
                ? Plan.after(Duration.between(now, end))
                : Plan.of(new Change.Delete(Kinds.SECRET, key, DeleteOptions.of(secret.uid())));
    }
}
