package kat.simulation.cluster;

import java.time.Instant;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// One change of one object, as the store committed it.
///
/// @param resource plural and group, for example `pods` or `deployments.apps`
/// @param before null when the object is new
/// @param after null when it is gone
/// @param actor who wrote it
/// @param cause the revision that made the actor act; 0 when unknown
public record Commit(
        long revision,
        Instant when,
        String resource,
        @Nullable KubeObject before,
        @Nullable KubeObject after,
        String actor,
        long cause) {

    /// The object as it stands, or as it was last.
    public KubeObject object() {
        KubeObject there = after != null ? after : before;
        if (there == null) {
            throw new IllegalStateException("a commit without an object");
        }
        return there;
    }

    /// For example `pods shop/web-1`.
    public String name() {
        return resource + " " + object().key();
    }

    public boolean isOf(String wanted) {
        return resource.equals(wanted);
    }

    @Override
    public String toString() {
        String what = before == null ? "+" : after == null ? "-" : "~";
        return "%d %s %s %s by %s because of %d"
                .formatted(revision, when, what, name(), actor, cause);
    }
}
