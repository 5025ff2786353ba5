package kat.kubelet;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import kat.kubelet.eviction.Observation;
import kat.kubelet.eviction.Signal;

/// A machine with plenty of everything until a test takes it away.
final class FakeRoom implements MachineRoom {

    private static final long CAPACITY = 1L << 40;

    private final Map<Signal, Long> left = new EnumMap<>(Signal.class); // guarded by this

    synchronized void leave(Signal signal, long bytes) {
        left.put(signal, bytes);
    }

    synchronized void leavePlenty(Signal signal) {
        left.remove(signal);
    }

    private synchronized Observation observe(Signal signal) {
        return new Observation(signal, left.getOrDefault(signal, CAPACITY), CAPACITY);
    }

    @Override
    public Observation processes() {
        return observe(Signal.PROCESSES);
    }

    @Override
    public Observation memory() {
        return observe(Signal.MEMORY);
    }

    @Override
    public Optional<Observation> inodes(Signal signal, Path folder) {
        return Optional.of(observe(signal));
    }

    @Override
    public Observation disk(Signal signal, Path folder) {
        return observe(signal);
    }
}
