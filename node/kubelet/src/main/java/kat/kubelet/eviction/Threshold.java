package kat.kubelet.eviction;

import java.util.List;
import kat.base.Check;

/// How little of something is too little.
///
/// @param percent of the capacity; 0 when only `bytes` counts
/// @param bytes the threshold itself where `percent` is 0, else the most that the share may be
public record Threshold(Signal signal, int percent, long bytes) {

    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;

    /// Kubernetes' own, but that a share of a large disk is never taken for little.
    public static final List<Threshold> USUAL =
            List.of(
                    new Threshold(Signal.MEMORY, 0, 100 * MEBI),
                    new Threshold(Signal.NODE_FS, 10, 2 * GIBI),
                    new Threshold(Signal.IMAGE_FS, 15, 3 * GIBI),
                    new Threshold(Signal.NODE_INODES, 5, Long.MAX_VALUE),
                    new Threshold(Signal.IMAGE_INODES, 5, Long.MAX_VALUE));

    private static final int ALL = 100;

    public Threshold {
        Check.argument(percent >= 0 && percent <= ALL, "a share is between 0 and 100 percent");
        Check.argument(bytes >= 0, "a threshold is not negative");
    }

    /// In bytes, or inodes.
    public long of(long capacity) {
        return percent == 0 ? bytes : Math.min(bytes, capacity / ALL * percent);
    }

    public boolean isMet(Observation observation) {
        return observation.signal() == signal
                && observation.available() < of(observation.capacity());
    }
}
