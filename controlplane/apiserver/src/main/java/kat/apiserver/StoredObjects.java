package kat.apiserver;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.KeyRange;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;

/// The store's revision, and how many objects of each resource there are, counted when somebody
/// asks.
///
/// **Source:** `apiserver/pkg/storage/etcd3/metrics/metrics.go`.
final class StoredObjects {

    private StoredObjects() {}

    /// In the text form of Prometheus.
    static String metrics(Store store, Resources resources) {
        StringBuilder byGroup = new StringBuilder("# TYPE apiserver_resource_objects gauge\n");
        StringBuilder byName = new StringBuilder("# TYPE apiserver_storage_objects gauge\n");
        for (Map.Entry<String, Long> each : counts(store, resources).entrySet()) {
            String name = each.getKey();
            int dot = name.indexOf('.');
            String plural = dot < 0 ? name : name.substring(0, dot);
            String group = dot < 0 ? "" : name.substring(dot + 1);
            byGroup.append("apiserver_resource_objects{group=\"").append(group);
            byGroup.append("\",resource=\"").append(plural).append("\"} ");
            byGroup.append(each.getValue()).append('\n');
            byName.append("apiserver_storage_objects{resource=\"").append(name).append("\"} ");
            byName.append(each.getValue()).append('\n');
        }
        return "# TYPE kat_store_revision gauge\nkat_store_revision "
                + store.revision()
                + "\n"
                + byGroup
                + byName;
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
