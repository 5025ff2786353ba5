package kat.scheduler.plugins;

import java.util.List;
import kat.api.json.JsonObject;
import kat.scheduler.Plugin;

/// How well a node suits by what would be taken of it.
///
/// **Source:** `kubescheduler.config.k8s.io/v1` ScoringStrategy; kube-scheduler
/// `least_allocated.go`, `most_allocated.go`, `requested_to_capacity_ratio.go`.
sealed interface FitStrategy {

    /// From 0 to [Plugin.Score#HIGHEST].
    long score(List<ScoredResources.Share> shares);

    /// @param tree a `scoringStrategy`
    /// @throws IllegalArgumentException when it is wrong
    static FitStrategy parse(JsonObject tree) {
        String type = tree.string("type", "LeastAllocated");
        boolean shaped = tree.has("requestedToCapacityRatio");
        if (type.equals("RequestedToCapacityRatio")) {
            if (!shaped) {
                throw new IllegalArgumentException(
                        "scoringStrategy.requestedToCapacityRatio: Required value: must be"
                                + " specified when type is RequestedToCapacityRatio");
            }
            return Shaped.parse(tree.object("requestedToCapacityRatio").array("shape").objects());
        }
        if (shaped) {
            throw new IllegalArgumentException(
                    "scoringStrategy.requestedToCapacityRatio: Forbidden: must be nil when type is"
                            + " not RequestedToCapacityRatio");
        }
        return switch (type) {
            case "LeastAllocated" -> new LeastAllocated();
            case "MostAllocated" -> new MostAllocated();
            default ->
                    throw new IllegalArgumentException(
                            "scoringStrategy.type: Unsupported value: \""
                                    + type
                                    + "\": supported values: \"LeastAllocated\","
                                    + " \"MostAllocated\", \"RequestedToCapacityRatio\"");
        };
    }

    /// The emptier the better.
    record LeastAllocated() implements FitStrategy {
        @Override
        public long score(List<ScoredResources.Share> shares) {
            long sum = 0;
            long weights = 0;
            for (ScoredResources.Share share : shares) {
                long left = Math.max(0, share.capacity() - share.after());
                sum += share.weight() * (left * Plugin.Score.HIGHEST / share.capacity());
                weights += share.weight();
            }
            return weights == 0 ? 0 : sum / weights;
        }
    }

    /// The fuller the better.
    record MostAllocated() implements FitStrategy {
        @Override
        public long score(List<ScoredResources.Share> shares) {
            long sum = 0;
            long weights = 0;
            for (ScoredResources.Share share : shares) {
                long taken = Math.min(share.capacity(), share.after());
                sum += share.weight() * (taken * Plugin.Score.HIGHEST / share.capacity());
                weights += share.weight();
            }
            return weights == 0 ? 0 : sum / weights;
        }
    }

    /// As a line through points says.
    ///
    /// @param points by rising utilization
    record Shaped(List<Point> points) implements FitStrategy {

        private static final int MOST = 100;
        private static final int MOST_SCORE = 10;

        /// @param utilization percent of the capacity
        /// @param score 0 to [Plugin.Score#HIGHEST]
        record Point(long utilization, long score) {}

        public Shaped {
            points = List.copyOf(points);
        }

        static Shaped parse(List<JsonObject> shape) {
            String path = "scoringStrategy.requestedToCapacityRatio.shape";
            if (shape.isEmpty()) {
                throw new IllegalArgumentException(
                        path + ": Required value: at least one point must be specified");
            }
            Point[] points = new Point[shape.size()];
            for (int i = 0; i < points.length; i++) {
                long utilization = shape.get(i).integer("utilization", 0);
                long score = shape.get(i).integer("score", 0);
                String at = path + "[" + i + "].";
                if (i > 0 && points[i - 1].utilization() >= utilization) {
                    throw new IllegalArgumentException(
                            at
                                    + "utilization: Invalid value: "
                                    + utilization
                                    + ": values must be sorted in increasing order");
                }
                checkRange(at + "utilization", utilization, MOST);
                checkRange(at + "score", score, MOST_SCORE);
                points[i] = new Point(utilization, score * (Plugin.Score.HIGHEST / MOST_SCORE));
            }
            return new Shaped(List.of(points));
        }

        private static void checkRange(String path, long value, long most) {
            if (value < 0 || value > most) {
                throw new IllegalArgumentException(
                        "%s: Invalid value: %d: not in valid range [0, %d]"
                                .formatted(path, value, most));
            }
        }

        @Override
        public long score(List<ScoredResources.Share> shares) {
            double sum = 0;
            long weights = 0;
            for (ScoredResources.Share share : shares) {
                boolean full = share.after() > share.capacity();
                long score = at(full ? MOST : share.after() * MOST / share.capacity());
                if (score > 0) {
                    sum += score * share.weight();
                    weights += share.weight();
                }
            }
            return weights == 0 ? 0 : Math.round(sum / weights);
        }

        private long at(long utilization) {
            for (int i = 0; i < points.size(); i++) {
                Point right = points.get(i);
                if (utilization <= right.utilization()) {
                    if (i == 0) {
                        return right.score();
                    }
                    Point left = points.get(i - 1);
                    return left.score()
                            + (right.score() - left.score())
                                    * (utilization - left.utilization())
                                    / (right.utilization() - left.utilization());
                }
            }
            return points.getLast().score();
        }
    }
}
