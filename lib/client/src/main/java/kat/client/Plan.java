package kat.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a decision wants done, in order. The runner applies it until a change fails; then the key
/// is reconciled again from what is true by then.
///
/// @param changes in the order in which they are to happen; neighbouring creations and
///     deletions may happen at once
/// @param requeueAfter reconcile again after so long even if nothing changes; null for no need
public record Plan(List<Change> changes, @Nullable Duration requeueAfter) {

    public static final Plan NOTHING = new Plan(List.of(), null);

    public Plan {
        changes = List.copyOf(changes);
    }

    public static Plan of(Change... changes) {
        return new Plan(List.of(changes), null);
    }

    public static Plan after(Duration delay) {
        return new Plan(List.of(), delay);
    }

    public boolean isEmpty() {
        return changes.isEmpty() && requeueAfter == null;
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Collects changes while a decision is made.
    public static final class Builder {

        private final List<Change> changes = new ArrayList<>();
        private @Nullable Duration requeueAfter;

        private Builder() {}

        public Builder add(Change change) {
            changes.add(change);
            return this;
        }

        public Builder addAll(List<? extends Change> more) {
            changes.addAll(more);
            return this;
        }

        /// Keeps the earliest of several.
        public Builder requeueAfter(Duration delay) {
            if (requeueAfter == null || delay.compareTo(requeueAfter) < 0) {
                requeueAfter = delay;
            }
            return this;
        }

        public Plan build() {
            return new Plan(changes, requeueAfter);
        }
    }
}
