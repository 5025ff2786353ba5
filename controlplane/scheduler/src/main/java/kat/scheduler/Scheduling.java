package kat.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.base.Randomness;
import kat.scheduler.Stages.Outcome;
import kat.scheduler.Stages.Stage;
import kat.scheduler.extender.HttpExtender;
import org.jspecify.annotations.Nullable;

/// Decides which node a pod goes to: asks the filters about each node until one turns it away, then
/// lets the scores choose among those left. Pure but for the lot that is cast among equals.
///
/// Cost: filters × nodes looked at. In large clusters not all nodes are looked at: once enough
/// suit, the rest is left for the next pod, which begins where this one stopped (as kube-scheduler
/// does).
///
/// **Source:** kube-scheduler `schedule_one.go`.
public final class Scheduling {

    /// Clusters up to this size are looked at whole.
    static final int FEWEST_NODES_TO_FIND = 100;

    private static final String NO_CLAIMS = "no new claims to deallocate";
    private static final int MOST_PERCENT = 50;
    private static final int FEWEST_PERCENT = 5;
    private static final int NODES_PER_PERCENT = 125;

    private final List<Plugin.Filter> filters = new ArrayList<>();
    private final List<Plugin.Score> scores = new ArrayList<>();
    private final List<Plugin.Condition> conditions = new ArrayList<>();
    private final List<Plugin.Gate> gates = new ArrayList<>();
    private final Extenders extenders;
    private final Profile profile;
    private final Preemption.Limits limits;
    private final ClusterObjects objects;
    private final Randomness randomness;
    private final Stages stages;

    public Scheduling(List<Plugin> plugins, Randomness randomness) {
        this(Profile.USUAL, plugins, ClusterObjects.NONE, randomness, Stages.NONE);
    }

    /// @param objects for budgets of disruptions
    /// @param stages take the times of what a decision goes through
    Scheduling(
            Profile profile,
            List<Plugin> plugins,
            ClusterObjects objects,
            Randomness randomness,
            Stages stages) {
        this(profile, new Judges(plugins, List.of()), objects, randomness, stages);
    }

    /// Who has a say.
    record Judges(List<Plugin> plugins, List<HttpExtender> extenders) {
        Judges {
            plugins = List.copyOf(plugins);
            extenders = List.copyOf(extenders);
        }
    }

    Scheduling(
            Profile profile,
            Judges judges,
            ClusterObjects objects,
            Randomness randomness,
            Stages stages) {
        this.extenders = new Extenders(judges.extenders(), objects);
        this.stages = stages;
        this.profile = profile;
        this.limits = Preemption.Limits.parse(profile.arguments(Preemption.NAME));
        this.objects = objects;
        this.randomness = randomness;
        for (Plugin plugin : judges.plugins()) {
            if (plugin instanceof Plugin.Filter filter && profile.filtersBy(plugin)) {
                filters.add(filter);
            }
            if (plugin instanceof Plugin.Condition condition && profile.filtersBy(plugin)) {
                conditions.add(condition);
            }
            if (plugin instanceof Plugin.Gate gate && profile.filtersBy(plugin)) {
                gates.add(gate);
            }
            if (plugin instanceof Plugin.Score score && profile.scoresBy(plugin)) {
                scores.add(score);
            }
        }
    }

    /// A decision, and where the next one should begin to look.
    record Result(Decision decision, int nextStart) {}

    Result decide(PodInfo pod, List<NodeInfo> nodes, int start) {
        return decide(pod, nodes, start, Nomination.NONE);
    }

    /// @param start index of the node to look at first, when the nominated one does not suit
    Result decide(PodInfo pod, List<NodeInfo> nodes, int start, Nomination nomination) {
        if (!pod.gates().isEmpty()) {
            return new Result(new Decision.Gated(pod.gates()), start);
        }
        SequencedSet<String> holding = new LinkedHashSet<>();
        for (Plugin.Gate gate : gates) {
            if (!gate.admits(pod)) {
                holding.add(gate.name());
            }
        }
        if (!holding.isEmpty()) {
            return new Result(new Decision.Held(holding), start);
        }
        if (nodes.isEmpty()) {
            return new Result(
                    new Decision.NoNode(
                            "no nodes available to schedule pods", new LinkedHashSet<>()),
                    0);
        }
        long since = stages.now();
        for (Plugin.Condition condition : conditions) {
            String objection = condition.objection(pod);
            if (objection != null) {
                stages.ran(Stage.PRE_FILTER, Outcome.UNRESOLVABLE, since);
                return new Result(hopeless(condition, objection, nodes.size()), start);
            }
        }
        Decision expected = nomination.node().isEmpty() ? null : there(pod, nodes, nomination);
        if (expected != null) {
            return new Result(expected, start);
        }
        Search search = new Search(pod, nodes, nomination);
        stages.ran(Stage.PRE_FILTER, Outcome.SUCCESS, since);
        long filtering = stages.now();
        int looked = search.from(start % nodes.size());
        stages.ran(Stage.FILTER, Outcome.SUCCESS, filtering);
        return new Result(outcome(search), (start + looked) % nodes.size());
    }

    /// Takes the nominated node without a look at others; null when it does not suit.
    private @Nullable Decision there(PodInfo pod, List<NodeInfo> nodes, Nomination nomination) {
        Search search = new Search(pod, nodes, nomination);
        for (NodeInfo node : nodes) {
            if (node.name().equals(nomination.node())) {
                search.look(node);
            }
        }
        search.askExtenders();
        boolean suits = search.failure == null && !search.suitable.isEmpty();
        return suits ? chosen(search) : null;
    }

    private Decision outcome(Search search) {
        search.askExtenders();
        if (search.failure != null) {
            return new Decision.Failed(search.failure);
        }
        if (search.suitable.isEmpty()) {
            return refusal(search);
        }
        return chosen(search);
    }

    private Decision chosen(Search search) {
        String node = best(search).name();
        return search.round == null
                ? new Decision.Bind(node)
                : new Decision.Bind(node, search.round.reservations(node));
    }

    /// What is said of a pod that can be nowhere. The plug-in for devices has its say at the
    /// end; where it was not asked before, Kubernetes only says that it found nothing.
    private Decision hopeless(Plugin.Condition condition, String objection, int nodes) {
        String all = "0/" + nodes + " nodes are available: ";
        String end = "not found";
        if (condition instanceof Plugin.Gate) {
            end =
                    NO_CLAIMS
                            + ", preemption: "
                            + all
                            + nodes
                            + " Preemption is not helpful for scheduling.";
        }
        SequencedSet<String> by = new LinkedHashSet<>(List.of(condition.name()));
        return new Decision.NoNode(all + objection + ". " + end, by);
    }

    private Decision refusal(Search search) {
        long since = stages.now();
        Decision decision = search.refusal();
        boolean helps = decision instanceof Decision.Preempt;
        stages.ran(Stage.POST_FILTER, helps ? Outcome.SUCCESS : Outcome.UNSCHEDULABLE, since);
        return decision;
    }

    /// The nodes that plug-ins leave to be looked at.
    ///
    /// @param by the plug-ins that leave out any, sorted
    /// @param names of nodes; null for all
    private record Narrowing(SequencedSet<String> by, @Nullable Set<String> names) {

        static Narrowing of(List<Plugin.Filter> filters, PodInfo pod) {
            SequencedSet<String> by = new TreeSet<>();
            Set<String> names = null;
            for (Plugin.Filter filter : filters) {
                Set<String> only = filter.only(pod);
                if (only != null) {
                    by.add(filter.name());
                    if (names == null) {
                        names = new HashSet<>(only);
                    } else {
                        names.retainAll(only);
                    }
                }
            }
            return new Narrowing(by, names);
        }

        List<NodeInfo> among(List<NodeInfo> nodes) {
            return names == null
                    ? nodes
                    : nodes.stream().filter(node -> names.contains(node.name())).toList();
        }

        /// Why the others are left out.
        String reason() {
            return "node(s) didn't satisfy plugin(s) [" + String.join(" ", by) + "]";
        }
    }

    private final class Search {

        private final PodInfo pod;
        private final Nomination nomination;
        private final List<NodeInfo> nodes;
        private final List<NodeInfo> suitable = new ArrayList<>();
        private final Map<String, Integer> reasons = new TreeMap<>();
        private final SequencedSet<String> turnedAwayBy = new LinkedHashSet<>();
        private final List<NodeInfo> hopeful = new ArrayList<>();
        private final List<Plugin.Filter> prepared;
        private final List<NodeInfo> left; // what is left to be looked at
        private final Plugin.@Nullable Round round;
        private @Nullable String failure; // why nothing can be told

        Search(PodInfo pod, List<NodeInfo> nodes, Nomination nomination) {
            this.pod = pod;
            this.nomination = nomination;
            this.nodes = nodes;
            this.prepared =
                    filters.stream()
                            .filter(each -> each.concerns(pod))
                            .map(each -> each.prepareFilter(pod, nodes))
                            .toList();
            this.round =
                    prepared.stream()
                            .filter(Plugin.Round.class::isInstance)
                            .map(Plugin.Round.class::cast)
                            .findFirst()
                            .orElse(null);
            Narrowing narrowing = Narrowing.of(prepared, pod);
            this.left = narrowing.among(nodes);
            if (left.size() < nodes.size()) {
                turnedAwayBy.addAll(narrowing.by());
                reasons.put(narrowing.reason(), nodes.size() - left.size());
            }
        }

        /// @return how many nodes were looked at
        int from(int start) {
            int wanted = nodesToFind(left.size(), profile.percentage());
            int looked = 0;
            while (looked < left.size() && suitable.size() < wanted && failure == null) {
                look(left.get((start + looked) % left.size()));
                looked++;
            }
            return looked;
        }

        /// Lets extenders take nodes away that all filters let pass.
        private void askExtenders() {
            if (extenders.all().isEmpty()) {
                return;
            }
            Extenders.Verdict verdict = extenders.judge(pod, suitable);
            failure = failure == null ? verdict.failure() : failure;
            if (verdict.suited().size() < suitable.size()) {
                turnedAwayBy.add(Extenders.NAME);
            }
            suitable.clear();
            suitable.addAll(verdict.suited());
            hopeful.addAll(verdict.hopeful());
            verdict.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        }

        private void look(NodeInfo node) {
            for (Plugin.Filter filter : prepared) {
                Plugin.Verdict verdict = filter.filter(pod, node);
                if (verdict instanceof Plugin.Verdict.Failed(String why)) {
                    failure = "running \"" + filter.name() + "\" filter plugin: " + why;
                    return;
                }
                if (verdict instanceof Plugin.Verdict.TurnedAway(var why, var lasting)) {
                    turnedAwayBy.add(filter.name());
                    if (!lasting) {
                        hopeful.add(node);
                    }
                    why.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
                    return;
                }
            }
            suitable.add(node);
        }

        /// The score of one decision; a round scores by what it found as a filter.
        private Plugin.Score prepareScore(Plugin.Score score) {
            return round != null && round.name().equals(score.name())
                    ? round
                    : score.prepareScore(pod, nodes, suitable);
        }

        private Decision refusal() {
            String all = "0/" + nodes.size() + " nodes are available: ";
            String reason = all + histogram(reasons) + ".";
            List<String> attempts = new ArrayList<>();
            Plugin.Round.Help help = round == null ? NO_HELP : round.help();
            if (profile.triesAfterwards("DynamicResources")) {
                attempts.add(help.message());
            }
            boolean keeps = !profile.triesAfterwards(Preemption.NAME);
            if (!keeps) {
                Preemption preemption = new Preemption(filters, objects, limits);
                String objection = objection(preemption);
                keeps = !objection.isEmpty();
                Preemption.Choice choice = keeps ? null : preemption.choose(pod, nodes, hopeful);
                if (choice != null) {
                    return new Decision.Preempt(
                            choice.node(), choice.victims(), reason, turnedAwayBy, help.released());
                }
                Map<String, Integer> hopes = preemption.refusals();
                hopes.put(
                        "Preemption is not helpful for scheduling", nodes.size() - hopeful.size());
                attempts.add("preemption: " + (keeps ? objection : all + histogram(hopes) + "."));
            }
            String message = (reason + " " + String.join(", ", attempts)).strip();
            return new Decision.NoNode(message, turnedAwayBy, help.released(), keeps);
        }

        /// Why nobody may be sent away for the pod; empty when they may.
        ///
        /// **Source:** `PodEligibleToPreemptOthers` in `default_preemption.go`.
        private String objection(Preemption preemption) {
            if (!preemption.isAllowed(pod)) {
                return "not eligible due to preemptionPolicy=Never.";
            }
            boolean leaves =
                    nomination.isMakingRoom()
                            && hopeful.stream()
                                    .anyMatch(node -> node.name().equals(nomination.node()));
            return leaves ? "not eligible due to terminating pod on the nominated node." : "";
        }
    }

    private static final Plugin.Round.Help NO_HELP = new Plugin.Round.Help(NO_CLAIMS, List.of());

    /// `3 Insufficient cpu, 3 Insufficient memory`: sorted as text, as kube-scheduler does.
    private static String histogram(Map<String, Integer> counts) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .sorted()
                        .toList());
    }

    /// @param chosen percentage; 0 for the usual
    static int nodesToFind(int nodes, int chosen) {
        if (nodes < FEWEST_NODES_TO_FIND) {
            return nodes;
        }
        int usual = Math.max(FEWEST_PERCENT, MOST_PERCENT - nodes / NODES_PER_PERCENT);
        int percent = chosen == 0 ? usual : chosen;
        return Math.max(FEWEST_NODES_TO_FIND, nodes * percent / 100);
    }

    private NodeInfo best(Search search) {
        PodInfo pod = search.pod;
        List<NodeInfo> suitable = search.suitable;
        if (suitable.size() == 1) {
            return suitable.getFirst();
        }
        long preparing = stages.now();
        List<Plugin.Score> prepared = scores.stream().map(search::prepareScore).toList();
        stages.ran(Stage.PRE_SCORE, Outcome.SUCCESS, preparing);
        long since = stages.now();
        long[] totals = new long[suitable.size()];
        for (int s = 0; s < prepared.size(); s++) {
            Plugin.Score plugin = prepared.get(s);
            long[] own = new long[totals.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = plugin.score(pod, suitable.get(i));
            }
            long[] normal = plugin.normalize(own);
            int weight = profile.weight(scores.get(s));
            for (int i = 0; i < own.length; i++) {
                totals[i] += weight * normal[i];
            }
        }
        long[] others = extenders.score(pod, suitable);
        for (int i = 0; i < totals.length; i++) {
            totals[i] += others[i];
        }
        stages.ran(Stage.SCORE, Outcome.SUCCESS, since);
        return suitable.get(lot(totals));
    }

    /// The index of the largest total; one of them by lot when there are several.
    private int lot(long[] totals) {
        int chosen = 0;
        int equals = 1;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] > totals[chosen]) {
                chosen = i;
                equals = 1;
            } else if (totals[i] == totals[chosen] && randomness.nextInt(++equals) == 0) {
                chosen = i;
            }
        }
        return chosen;
    }

    /// Whether `event` may help a pod that these plug-ins turned away.
    boolean mayHelp(ClusterEvent event, Collection<String> turnedAwayBy) {
        boolean isAnybodys = turnedAwayBy.isEmpty() || turnedAwayBy.contains(Extenders.NAME);
        if (event == ClusterEvent.TIMEOUT || isAnybodys) {
            return true;
        }
        return filters.stream()
                .anyMatch(filter -> turnedAwayBy.contains(filter.name()) && filter.mayHelp(event));
    }
}
