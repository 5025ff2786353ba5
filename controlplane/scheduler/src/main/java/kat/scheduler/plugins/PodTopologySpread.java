package kat.scheduler.plugins;

import java.util.List;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Keeps pods spread evenly over parts of the cluster, by their own constraints or else by those
/// assumed for what belongs to a Service or a workload.
///
/// **Source:** kube-scheduler `podtopologyspread`.
final class PodTopologySpread extends Spreading implements Plugin.Filter, Plugin.Score {

    static final int WEIGHT = 2;

    private final DefaultSpread defaults;

    PodTopologySpread(DefaultSpread defaults) {
        this.defaults = defaults;
    }

    @Override
    public int weight() {
        return WEIGHT;
    }

    private List<PodTerms.Spread> constraints(PodInfo pod, boolean hard) {
        List<PodTerms.Spread> own = pod.terms().spreads();
        List<PodTerms.Spread> all = own.isEmpty() ? defaults.of(pod, hard) : own;
        return all.stream().filter(spread -> spread.isHard() == hard).toList();
    }

    @Override
    public Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
        List<PodTerms.Spread> hard = constraints(pod, true);
        return hard.isEmpty() ? this : new SpreadFilter(hard, pod, nodes);
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return Verdict.SUITS;
    }

    @Override
    public Score prepareScore(PodInfo pod, List<NodeInfo> nodes, List<NodeInfo> suited) {
        List<PodTerms.Spread> soft = constraints(pod, false);
        boolean needsAll = !pod.terms().spreads().isEmpty() || !defaults.isOfSystem();
        return soft.isEmpty() ? this : new SpreadScore(soft, pod, nodes, suited, needsAll);
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        return 0;
    }
}
