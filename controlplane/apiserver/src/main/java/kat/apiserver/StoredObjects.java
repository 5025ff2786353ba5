package kat.apiserver;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.store.KeyRange;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;

/// The store's revision, and how many objects of each resource there are, counted when somebody
/// asks.
///
/// **Source:** `apiserver/pkg/storage/etcd3/metrics/metrics.go`.
final class StoredObjects {

    private static final Metric REVISION =
            Metric.gauge("kat_store_revision", "The newest revision of the store.");
    private static final Metric BY_GROUP =
            Metric.gauge(
                    "apiserver_resource_objects",
                    "Objects that are stored, by kind.",
                    "group",
                    "resource");
    private static final Metric BY_NAME =
            Metric.gauge(
                    "apiserver_storage_objects", "Objects that are stored, by kind.", "resource");

    private StoredObjects() {}

    static void tell(Store store, Resources resources, Exposition to) {
        to.value(REVISION, store.revision());
        for (Map.Entry<String, Long> each : counts(store, resources).entrySet()) {
            String name = each.getKey();
            int dot = name.indexOf('.');
            String plural = dot < 0 ? name : name.substring(0, dot);
            String group = dot < 0 ? "" : name.substring(dot + 1);
            to.value(BY_GROUP, each.getValue(), group, plural);
            to.value(BY_NAME, each.getValue(), name);
        }
    }

    /// @return by plural and group, as `deployments.apps`
    private static SortedMap<String, Long> counts(Store store, Resources resources) {
        SortedMap<String, Long> counts = new TreeMap<>();
        Set<KeyRange> seen = new HashSet<>();
        for (Kind kind : resources.kinds().all()) {
            Resource resource = resources.require(kind);
            KeyRange keys = resource.keys("");
            if (seen.add(keys)) {
                Range first = store.range(new RangeQuery(keys, 0, 1));
                String group = kind.group().isEmpty() ? "" : "." + kind.group();
                counts.put(kind.plural() + group, first.entries().size() + first.remaining());
            }
        }
        return counts;
    }
}
