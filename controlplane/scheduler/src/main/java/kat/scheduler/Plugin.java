package kat.scheduler;

import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// One consideration of the scheduler. A plug-in implements those of the nested roles that it has
/// something to say to.
public interface Plugin {

    /// kube-scheduler's name, for example `NodeResourcesFit`.
    String name();

    /// Whether `event` may make a node suitable for a pod that this plug-in turned away.
    boolean mayHelp(ClusterEvent event);

    /// Says whether a pod can be on a node.
    interface Filter extends Plugin {
        Verdict filter(PodInfo pod, NodeInfo node);

        /// Whether it has anything to say about a pod; looked at once, before any node.
        default boolean concerns(PodInfo pod) {
            return true;
        }

        /// The filter for one decision, with what it needs to know of all nodes.
        default Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
            return this;
        }

        /// The only nodes that can suit a pod, by name, so that no others are asked about; null
        /// for all.
        default @Nullable Set<String> only(PodInfo pod) {
            return null;
        }
    }

    /// Says whether a pod may be tried at all; one that may not waits, and nobody is told.
    interface Gate extends Plugin {

        boolean admits(PodInfo pod);
    }

    /// Says whether a pod can be anywhere.
    interface Condition extends Plugin {

        /// Why it cannot; null when nothing speaks against it.
        @Nullable String objection(PodInfo pod);
    }

    /// Says how well a node suits a pod.
    interface Score extends Plugin {

        /// How much this plug-in counts.
        int weight();

        /// The score for one decision, with what it needs to know of all nodes.
        ///
        /// @param suited those of them that are to be judged
        default Score prepareScore(PodInfo pod, List<NodeInfo> nodes, List<NodeInfo> suited) {
            return this;
        }

        /// Any number; [#normalize] brings the numbers of all nodes to 0 … 100.
        long score(PodInfo pod, NodeInfo node);

        /// Gives back scores from 0 to [#HIGHEST], in the same order.
        default long[] normalize(long[] scores) {
            return scores;
        }

        long HIGHEST = 100;

        /// Scales so that the largest becomes [#HIGHEST]; reversed, the largest becomes 0.
        static long[] scaled(long[] scores, boolean reversed) {
            long largest = 0;
            for (long score : scores) {
                largest = Math.max(largest, score);
            }
            long[] scaled = new long[scores.length];
            for (int i = 0; i < scores.length; i++) {
                long share = largest == 0 ? 0 : HIGHEST * scores[i] / largest;
                scaled[i] = reversed ? HIGHEST - share : share;
            }
            return scaled;
        }
    }

    /// A filter for one decision that remembers what it found on each node.
    interface Round extends Filter, Score {

        /// What is to be written before the pod gets a node that the filter let pass.
        Reservations reservations(String node);

        /// What it does once no node suits, before other pods must go.
        Help help();

        /// @param message what was done, for people
        /// @param released claims that are to give their devices back
        record Help(String message, List<KubeObject> released) {
            public Help {
                released = List.copyOf(released);
            }
        }
    }

    /// A filter's answer.
    sealed interface Verdict {

        Verdict SUITS = new Suits();

        record Suits() implements Verdict {}

        /// @param reasons for people, each counted over all nodes
        /// @param forGood whether no removal of other pods could change it
        record TurnedAway(List<String> reasons, boolean forGood) implements Verdict {
            public TurnedAway {
                reasons = List.copyOf(reasons);
            }
        }

        /// The node cannot be judged, and neither can the others.
        record Failed(String why) implements Verdict {}

        static Verdict never(String reason) {
            return new TurnedAway(List.of(reason), true);
        }

        static Verdict notNow(String reason) {
            return new TurnedAway(List.of(reason), false);
        }
    }
}
