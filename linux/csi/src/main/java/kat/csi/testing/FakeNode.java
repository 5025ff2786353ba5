package kat.csi.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.csi.CsiException;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.NodePlugin;
import kat.csi.VolumeFacts;
import kat.csi.VolumeFigures;
import org.jspecify.annotations.Nullable;

/// A driver's Node service in memory: it remembers what it was asked and fails when it is told
/// to. It shows nothing anywhere; [TestDriver] does.
///
/// **Threads:** any.
public final class FakeNode implements NodePlugin {

    private static final VolumeFacts NOTHING =
            new VolumeFacts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    private static final VolumeFigures FIGURES =
            new VolumeFigures(
                    new VolumeFigures.Amount(1 << 30, 1 << 28, 3 << 28),
                    new VolumeFigures.Amount(1000, 250, 750));

    private final TestDriver.Options options;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, CsiException> failures = new ConcurrentHashMap<>();
    private volatile @Nullable String verdict;
    private volatile boolean closed;

    FakeNode(TestDriver.Options options) {
        this.options = options;
    }

    /// What it was asked so far, oldest first; questions about the driver itself are left out.
    public List<Call> calls() {
        return new ArrayList<>(calls);
    }

    /// Lets every call of a method fail from now on, such as `NodeStageVolume`, or one of
    /// registration.
    public void fail(String method, CsiException.Code code, String words) {
        failures.put(method, new CsiException(code, words, null));
    }

    /// Why it is not registered; empty when it is, null when nobody has told it.
    public @Nullable String verdict() {
        return verdict;
    }

    /// Whether nobody is connected to it any more.
    public boolean isClosed() {
        return closed;
    }

    TestDriver.Options options() {
        return options;
    }

    void verdict(boolean registered, String error) {
        verdict = registered ? "" : error;
    }

    void failIfTold(String method) {
        CsiException failure = failures.get(method);
        if (failure != null) {
            throw failure;
        }
    }

    private void asked(Call call) {
        calls.add(call);
        failIfTold(call.method());
    }

    @Override
    public NodeFacts info() {
        failIfTold("NodeGetInfo");
        return options.facts();
    }

    @Override
    public Set<NodeCapability> capabilities() {
        failIfTold("NodeGetCapabilities");
        return options.capabilities();
    }

    @Override
    public void stage(Stage request) {
        Place place = new Place(request.stagingPath(), "");
        asked(new Call("NodeStageVolume", request.volume(), place, request.use(), request.facts()));
    }

    @Override
    public void unstage(String volume, String stagingPath) {
        Place place = new Place(stagingPath, "");
        asked(new Call("NodeUnstageVolume", volume, place, null, NOTHING));
    }

    @Override
    public void publish(Publish request) {
        asked(
                new Call(
                        "NodePublishVolume",
                        request.volume(),
                        request.place(),
                        request.use(),
                        request.facts()));
    }

    @Override
    public void unpublish(String volume, String targetPath) {
        Place place = new Place("", targetPath);
        asked(new Call("NodeUnpublishVolume", volume, place, null, NOTHING));
    }

    @Override
    public void expand(Expand request) {
        VolumeFacts secrets =
                new VolumeFacts(new TreeMap<>(), request.facts().secrets(), new TreeMap<>());
        asked(
                new Call(
                        "NodeExpandVolume",
                        request.volume(),
                        request.place(),
                        request.use(),
                        secrets));
    }

    @Override
    public VolumeFigures figures(String volume, String path) {
        failIfTold("NodeGetVolumeStats");
        return FIGURES;
    }

    @Override
    public void close() {
        closed = true;
    }
}
