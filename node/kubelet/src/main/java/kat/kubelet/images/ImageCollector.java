package kat.kubelet.images;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.base.Check;
import kat.cri.ContainerRuntimeException;
import kat.cri.Image;
import kat.cri.ImageService;

/// Removes images that nobody uses when the disk fills, the longest unused first.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/images/image_gc_manager.go`.
public final class ImageCollector {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final int ALL = 100;

    private final ImageService images;
    private final Policy policy;
    private final Map<String, Sight> seen = new HashMap<>(); // guarded by this

    private record Sight(Instant first, Instant lastUsed) {}

    private record Old(Image image, Sight sight) {}

    /// When images are removed.
    ///
    /// @param highPercent of the disk in use from which on images are removed; 100 for never
    /// @param lowPercent of the disk in use until which they are
    /// @param plentyBytes free bytes with which nothing is removed, whatever the share
    /// @param leastAge for which an image stays after it was first seen
    public record Policy(int highPercent, int lowPercent, long plentyBytes, Duration leastAge) {

        private static final long PLENTY = 15L << 30;

        /// Kubernetes' own, but that a share of a large disk is never taken for full.
        public static final Policy USUAL = new Policy(85, 80, PLENTY, Duration.ofMinutes(2));

        public Policy {
            Check.argument(
                    lowPercent >= 0 && lowPercent <= highPercent && highPercent <= ALL,
                    "shares of the disk are between 0 and 100 percent, the low one below the high");
        }

        /// How many bytes are too many in use; 0 for none.
        public long excess(long available, long capacity) {
            if (capacity <= 0 || highPercent == ALL || available >= plentyBytes) {
                return 0;
            }
            long usedPercent = ALL - available * ALL / capacity;
            long wanted = Math.min(plentyBytes, capacity / ALL * (ALL - lowPercent));
            return usedPercent < highPercent ? 0 : Math.max(0, wanted - available);
        }
    }

    public ImageCollector(ImageService images, Policy policy) {
        this.images = images;
        this.policy = policy;
    }

    public Policy policy() {
        return policy;
    }

    /// Notes which images are there and which are used.
    ///
    /// @param used ids and names of images that containers are made of
    /// @throws ContainerRuntimeException when the runtime does not answer
    public synchronized void notice(Set<String> used, Instant now) {
        list(used, now);
    }

    /// Removes images until so much is free again, or none is left that may go.
    ///
    /// @return bytes of what was removed
    /// @throws ContainerRuntimeException when the runtime does not answer
    public synchronized long free(long bytes, Set<String> used, Instant now) {
        List<Old> candidates = list(used, now);
        candidates.removeIf(
                old ->
                        !old.sight().lastUsed().isBefore(now)
                                || old.image().pinned()
                                || old.sight().first().plus(policy.leastAge()).isAfter(now));
        candidates.sort(
                Comparator.comparing((Old old) -> old.sight().lastUsed())
                        .thenComparing(old -> old.sight().first())
                        .thenComparing(old -> old.image().id()));
        long freed = 0;
        for (Old old : candidates) {
            if (freed >= bytes) {
                break;
            }
            freed += remove(old.image());
        }
        return freed;
    }

    private long remove(Image image) {
        try {
            images.remove(image.id());
            seen.remove(image.id());
            LOG.log(
                    Level.INFO,
                    "image removed to free the disk image={0} bytes={1}",
                    image.repoTags(),
                    image.sizeBytes());
            return image.sizeBytes();
        } catch (ContainerRuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "image not removed id={0} error={1}",
                    image.id(),
                    e.getMessage());
            return 0;
        }
    }

    private List<Old> list(Set<String> used, Instant now) {
        List<Old> all = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (Image image : images.list()) {
            Sight before = seen.getOrDefault(image.id(), new Sight(now, Instant.EPOCH));
            Sight sight = isUsed(image, used) ? new Sight(before.first(), now) : before;
            seen.put(image.id(), sight);
            present.add(image.id());
            all.add(new Old(image, sight));
        }
        seen.keySet().retainAll(present);
        return all;
    }

    private static boolean isUsed(Image image, Set<String> used) {
        return used.contains(image.id())
                || image.repoTags().stream().anyMatch(used::contains)
                || image.repoDigests().stream().anyMatch(used::contains);
    }
}
