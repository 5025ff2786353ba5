package kat.apiserver;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kat.apiserver.registry.Resources;
import kat.store.Store;

/// What `/metrics` tells beside requests: the store's own figures, and those of whoever adds some.
///
/// **Threads:** any.
final class ToldMetrics implements Supplier<String> {

    private final Store store;
    private final Resources resources;
    private final List<Supplier<String>> more = new CopyOnWriteArrayList<>();

    ToldMetrics(Store store, Resources resources) {
        this.store = store;
        this.resources = resources;
    }

    /// @return takes them away again
    AutoCloseable add(Supplier<String> metrics) {
        more.add(metrics);
        return () -> more.remove(metrics);
    }

    @Override
    public String get() {
        return StoredObjects.metrics(store, resources)
                + more.stream().map(Supplier::get).collect(Collectors.joining());
    }
}
