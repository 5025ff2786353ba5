package kat.scheduler;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What of a pod the selectors of others look at. Pods that are equal in it are counted together.
///
/// Immutable; not a record, since it keeps its hash.
public final class Likeness {

    private final String namespace;
    private final Map<String, String> labels;
    private final boolean isDeleting;
    private final int hash;

    Likeness(String namespace, Map<String, String> labels, boolean isDeleting) {
        this.namespace = namespace;
        this.labels = Map.copyOf(labels);
        this.isDeleting = isDeleting;
        this.hash = Objects.hash(namespace, this.labels, isDeleting);
    }

    public String namespace() {
        return namespace;
    }

    public Map<String, String> labels() {
        return labels;
    }

    public boolean isDeleting() {
        return isDeleting;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Likeness that
                        && hash == that.hash
                        && isDeleting == that.isDeleting
                        && namespace.equals(that.namespace)
                        && labels.equals(that.labels));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
