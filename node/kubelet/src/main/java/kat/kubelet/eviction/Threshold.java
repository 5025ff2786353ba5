package kat.kubelet.eviction;

import java.time.Duration;
import java.util.List;
import kat.api.Quantity;

/// How little of something is too little.
///
/// @param least what must be there
/// @param grace for so long it may be less before pods must go; zero for a hard threshold
/// @param reclaim so much more than `least` must be there before all is well again
public record Threshold(Signal signal, Limit least, Duration grace, Limit reclaim) {

    private static final long GIBI = 1L << 30;

    /// Kubernetes' own, but that a share of a large disk is never taken for little.
    public static final List<Threshold> USUAL =
            List.of(
                    hard(Signal.MEMORY, Limit.of(Quantity.parse("100Mi"))),
                    hard(Signal.NODE_FS, Limit.share(10, 2 * GIBI)),
                    hard(Signal.IMAGE_FS, Limit.share(15, 3 * GIBI)),
                    hard(Signal.NODE_INODES, Limit.share(5)),
                    hard(Signal.IMAGE_INODES, Limit.share(5)));

    public static Threshold hard(Signal signal, Limit least) {
        return new Threshold(signal, least, Duration.ZERO, Limit.NONE);
    }

    public boolean isHard() {
        return grace.isZero();
    }

    public boolean isMet(Observation observation) {
        return observation.signal() == signal
                && observation.available() < least.of(observation.capacity());
    }

    /// Whether there is too little, or not yet enough more than that.
    boolean isUnresolved(Observation observation) {
        long enough = least.of(observation.capacity()) + reclaim.of(observation.capacity());
        return observation.signal() == signal && observation.available() < enough;
    }
}
