package kat.kubelet.dra;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.ObjectKey;
import kat.csi.DevicePlugin.Device;
import kat.kubelet.dra.ClaimRecord.State;
import org.jspecify.annotations.Nullable;

/// The claims that drivers may have made ready here. What must survive the process is on disk
/// before a method returns.
///
/// **Errors:** [IOException] when the file cannot be written: then nothing has changed here;
/// the file may be ahead until the next write.
///
/// **Threads:** any. Who asks does not wait for a change that is being written.
///
/// **Source:** `pkg/kubelet/cm/dra/claiminfo.go`.
final class ClaimRecords {

    private final ClaimFile file;

    /// Never changed, only replaced, and that under the lock of this object.
    private volatile SortedMap<ObjectKey, ClaimRecord> records =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    ClaimRecords(ClaimFile file) {
        this.file = file;
    }

    /// Remembers what a process before knew.
    synchronized void load() throws IOException {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        file.read().forEach(each -> next.put(each.key(), each));
        publish(next);
    }

    @Nullable ClaimRecord find(ObjectKey key) {
        return records.get(key);
    }

    List<ClaimRecord> all() {
        return List.copyOf(records.values());
    }

    private void publish(SortedMap<ObjectKey, ClaimRecord> next) {
        records = Collections.unmodifiableSortedMap(next);
    }

    private void put(SortedMap<ObjectKey, ClaimRecord> next) throws IOException {
        file.write(next.values());
        publish(next);
    }

    /// Notes that a pod is to use claims.
    ///
    /// @return those that are yet to be made ready
    /// @throws IOException also when one of them is being taken back, or another of its name is
    ///     still here
    synchronized List<ClaimRecord> begin(String pod, List<ClaimRecord> wanted) throws IOException {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        List<ClaimRecord> unready = new ArrayList<>();
        for (ClaimRecord each : wanted) {
            ClaimRecord known = next.getOrDefault(each.key(), each);
            if (!known.uid().equals(each.uid())) {
                throw new IOException(
                        "old ResourceClaim with same name "
                                + each.key().name()
                                + " and different UID "
                                + known.uid()
                                + " still exists (previous pod force-deleted?!)");
            }
            if (known.state() == State.LEAVING) {
                throw new IOException(
                        "ResourceClaim " + each.key().name() + " is still being unprepared");
            }
            next.put(each.key(), known.with(pod));
            if (known.state() == State.NEW) {
                unready.add(known);
            }
        }
        if (!next.equals(records)) {
            put(next);
        }
        return unready;
    }

    /// Notes what drivers have made ready.
    synchronized void ready(Map<ObjectKey, SortedMap<String, List<Device>>> devices)
            throws IOException {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        devices.forEach(
                (key, ready) -> next.computeIfPresent(key, (_, known) -> known.ready(ready)));
        put(next);
    }

    /// Notes that a pod uses claims no longer.
    ///
    /// @return those that nobody else uses: they are to be taken back
    /// @throws IOException also when one of them is being taken back by another
    synchronized List<ClaimRecord> leave(String pod, Collection<ObjectKey> keys)
            throws IOException {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        List<ClaimRecord> last = new ArrayList<>();
        for (ObjectKey key : keys) {
            ClaimRecord known = next.get(key);
            if (known == null || !known.pods().contains(pod)) {
                continue;
            }
            if (known.state() == State.LEAVING) {
                throw new IOException("ResourceClaim " + key.name() + " is still being unprepared");
            }
            boolean isLast = known.pods().size() == 1;
            next.put(key, isLast ? known.with(State.LEAVING) : known.without(pod));
            if (isLast) {
                last.add(known);
            }
        }
        if (!next.equals(records)) {
            put(next);
        }
        return last;
    }

    /// Notes that claims could not be taken back.
    synchronized void stay(List<ClaimRecord> before) {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        before.forEach(each -> next.put(each.key(), each));
        publish(next);
    }

    /// Notes that claims were taken back.
    synchronized void gone(List<ClaimRecord> claims) throws IOException {
        SortedMap<ObjectKey, ClaimRecord> next = new TreeMap<>(records);
        claims.forEach(each -> next.remove(each.key()));
        put(next);
    }
}
