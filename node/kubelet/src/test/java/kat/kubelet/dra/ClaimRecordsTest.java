package kat.kubelet.dra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kat.api.ObjectKey;
import kat.csi.DevicePlugin.Device;
import kat.kubelet.dra.ClaimRecord.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimRecordsTest {

    private static final ObjectKey KEY = ObjectKey.of("n", "c");
    private static final Device DEVICE =
            new Device(List.of(), "p", "d", "", List.of("v.com/gpu=0"));

    private static final int PATIENCE_SECONDS = 20;

    @TempDir Path folder;

    private ClaimRecords records;

    @BeforeEach
    void make() {
        records = new ClaimRecords(ClaimFile.in(folder));
    }

    private static ClaimRecord claim(String uid) {
        return new ClaimRecord(
                KEY, uid, new TreeSet<>(), new TreeMap<>(Map.of("d", List.of())), State.NEW);
    }

    private void ready() throws IOException {
        records.ready(Map.of(KEY, new TreeMap<>(Map.of("d", List.of(DEVICE)))));
    }

    private ClaimRecord present() {
        return Objects.requireNonNull(records.find(KEY));
    }

    @Test
    void aClaimIsMadeReadyOnceForAllItsPods() throws IOException {
        assertEquals(1, records.begin("a", List.of(claim("u"))).size());
        assertEquals(1, records.begin("a", List.of(claim("u"))).size(), "it failed before");
        ready();

        assertEquals(List.of(), records.begin("b", List.of(claim("u"))));
        assertEquals(Set.of("a", "b"), present().pods());
        assertEquals(List.of("v.com/gpu=0"), present().cdiDevices("any"));
    }

    @Test
    void aClaimIsTakenBackWhenItsLastPodLeaves() throws IOException {
        records.begin("a", List.of(claim("u")));
        records.begin("b", List.of(claim("u")));
        ready();

        assertEquals(List.of(), records.leave("a", List.of(KEY)));
        assertEquals(List.of(), records.leave("stranger", List.of(KEY)));
        List<ClaimRecord> last = records.leave("b", List.of(KEY));
        assertEquals(1, last.size());
        records.gone(last);

        assertNull(records.find(KEY));
    }

    @Test
    void nobodyTouchesAClaimWhileItIsTakenBack() throws IOException {
        records.begin("a", List.of(claim("u")));
        ready();
        List<ClaimRecord> last = records.leave("a", List.of(KEY));

        String busy = "ResourceClaim c is still being unprepared";
        assertEquals(busy, fault(() -> records.begin("b", List.of(claim("u")))));
        assertEquals(busy, fault(() -> records.leave("a", List.of(KEY))));

        records.stay(last);
        assertEquals(State.READY, present().state());
        assertEquals(last, records.leave("a", List.of(KEY)));
    }

    @Test
    void anotherClaimOfTheNameWaitsUntilTheOldOneIsTakenBack() throws IOException {
        records.begin("a", List.of(claim("old")));

        assertEquals(
                "old ResourceClaim with same name c and different UID old still exists (previous"
                        + " pod force-deleted?!)",
                fault(() -> records.begin("b", List.of(claim("new")))));
        assertEquals(Set.of("a"), present().pods());
    }

    @Test
    void theNextProcessAsksDriversAgainAndKnowsTheDevicesMeanwhile() throws IOException {
        records.begin("a", List.of(claim("u")));
        ready();

        ClaimRecords next = new ClaimRecords(ClaimFile.in(folder));
        next.load();

        assertEquals(List.of(present().with(State.NEW)), next.all());
        assertEquals(1, next.begin("a", List.of(claim("u"))).size());
    }

    @Test
    void nothingIsChangedThatCannotBeWritten() throws IOException {
        Files.createDirectory(folder.resolve("dra_manager_state.next"));
        Files.createFile(folder.resolve("dra_manager_state.next/full"));

        assertThrows(IOException.class, () -> records.begin("a", List.of(claim("u"))));

        assertNull(records.find(KEY));
    }

    @Test
    void nobodyWhoAsksWaitsForAChange() throws IOException {
        records.begin("a", List.of(claim("u")));
        List<Set<String>> seen = new ArrayList<>();

        records.begin(
                "b",
                new AbstractList<>() {
                    @Override
                    public ClaimRecord get(int index) {
                        seen.add(elsewhere(() -> present().pods()));
                        seen.add(elsewhere(() -> records.all().getFirst().pods()));
                        return claim("u");
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                });

        assertEquals(List.of(Set.of("a"), Set.of("a")), seen);
        assertEquals(Set.of("a", "b"), present().pods());
    }

    /// What another thread is told, which does not wait for this one.
    private static <T> T elsewhere(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        Thread.ofVirtual().start(task);
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer while something is changed", e);
        }
    }

    private interface Change {
        Object make() throws IOException;
    }

    private static String fault(Change change) {
        return assertThrows(IOException.class, change::make).getMessage();
    }
}
