package kat.simulation.invariants;

import java.util.List;

/// All invariants, fresh for one run.
public final class Invariants {

    private Invariants() {}

    public static List<Invariant> all() {
        return List.of(
                new DeletedStaysDeleted(),
                new PodsStayOnTheirNode(),
                new NodesAreNotOverfull(),
                new RunningPodsLeaveByTheirNode(),
                new RolloutsKeepTheirSurge(),
                new BudgetsAreSpentOnce(),
                new ServicesKeepTheirAddress(),
                new JobsCountOnce());
    }
}
