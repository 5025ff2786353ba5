package kat.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// A controller: which objects matter to it, and what to do about one of them. It is pure: it keeps
/// no state, reads no clock and calls nobody; [ControllerRunner] does all that.
public interface Controller {

    /// The field manager of Kubernetes' controllers, which run in one program: all write as it.
    String MANAGER = "kube-controller-manager";

    /// For example `deployment-controller`.
    String name();

    /// Whom its events name as component.
    default String component() {
        return name();
    }

    /// The service account in `kube-system` as which it acts.
    default String account() {
        return name();
    }

    List<Watched> watches();

    /// Decides what to do about the object (or whatever the key names) as it stands now. Harmless
    /// when repeated.
    Plan reconcile(ClusterView view, ObjectKey key, Instant now);

    /// A kind that a controller looks at.
    ///
    /// @param indexes by which it wants to find these objects
    /// @param keys what to reconcile after a change
    record Watched(Kind kind, List<Index> indexes, Trigger keys) {
        public Watched {
            indexes = List.copyOf(indexes);
        }

        /// The kind that the controller reconciles: each change enqueues the object's own key.
        public static Watched primary(Kind kind, Index... indexes) {
            return new Watched(
                    kind,
                    List.of(indexes),
                    (view, before, after) -> List.of(either(before, after).key()));
        }

        /// Objects that enqueue what `owner` derives from either version.
        public static Watched secondary(
                Kind kind, Function<KubeObject, Collection<ObjectKey>> owner, Index... indexes) {
            return new Watched(
                    kind,
                    List.of(indexes),
                    (view, before, after) -> {
                        List<ObjectKey> keys = new ArrayList<>();
                        if (before != null) {
                            keys.addAll(owner.apply(before));
                        }
                        if (after != null) {
                            keys.addAll(owner.apply(after));
                        }
                        return keys;
                    });
        }

        private static KubeObject either(@Nullable KubeObject before, @Nullable KubeObject after) {
            return after != null ? after : Check.notNull(before, "a change without an object");
        }

        /// Objects that are only read.
        public static Watched readOnly(Kind kind, Index... indexes) {
            return new Watched(kind, List.of(indexes), (view, before, after) -> List.of());
        }
    }

    /// Names what to reconcile after a change.
    @FunctionalInterface
    interface Trigger {
        /// @param before null when the object is new
        /// @param after null when it is gone; never both null
        Collection<ObjectKey> keys(
                ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after);
    }
}
