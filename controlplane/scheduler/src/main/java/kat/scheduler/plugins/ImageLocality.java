package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// Prefers nodes that have the pod's images already. An image counts by its size, and the more, the
/// more nodes have it: else one node would draw all pods of an image.
///
/// **Source:** kube-scheduler `imagelocality`.
final class ImageLocality implements Plugin.Score {

    private static final long MEBI = 1L << 20;
    private static final long LEAST = 23 * MEBI;
    private static final long MOST_OF_A_CONTAINER = 1_000 * MEBI;

    private final Wanted wanted;

    /// What a pod needs.
    ///
    /// @param images of containers and volumes, as nodes name them; one that several use stands
    ///     there as often
    /// @param containers how many it has
    /// @param spread of its images, by name: how many of the nodes have it, 0 to 1
    private record Wanted(List<String> images, long containers, Map<String, Double> spread) {}

    ImageLocality() {
        this(new Wanted(List.of(), 0, Map.of()));
    }

    private ImageLocality(Wanted wanted) {
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return false;
    }

    @Override
    public Score prepareScore(PodInfo pod, List<NodeInfo> nodes, List<NodeInfo> suited) {
        JsonObject spec = pod.object().spec();
        List<String> images = images(spec);
        Set<String> names = new HashSet<>(images);
        Map<String, Double> found = new HashMap<>();
        for (NodeInfo node : nodes) {
            if (!node.images().isEmpty()) {
                for (String image : names) {
                    if (node.images().containsKey(image)) {
                        found.merge(image, 1.0 / nodes.size(), Double::sum);
                    }
                }
            }
        }
        long containers =
                (long) spec.array("containers").size() + spec.array("initContainers").size();
        return new ImageLocality(new Wanted(images, containers, found));
    }

    private static List<String> images(JsonObject spec) {
        List<String> images = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            for (JsonObject container : spec.array(list).objects()) {
                images.add(normalized(container.string("image")));
            }
        }
        for (JsonObject volume : spec.array("volumes").objects()) {
            if (volume.has("image")) {
                images.add(normalized(volume.object("image").string("reference")));
            }
        }
        return images;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        if (wanted.spread().isEmpty() || node.images().isEmpty()) {
            return 0;
        }
        long sum = 0;
        for (String image : wanted.images()) {
            Long size = node.images().get(image);
            sum += size == null ? 0 : (long) (size * wanted.spread().getOrDefault(image, 0.0));
        }
        long most = MOST_OF_A_CONTAINER * Math.max(1, wanted.containers());
        return HIGHEST * (Math.clamp(sum, LEAST, most) - LEAST) / (most - LEAST);
    }

    private static String normalized(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}
