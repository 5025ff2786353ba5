package kat.apiserver.pace;

import java.util.function.Consumer;

/// Lets few requests compute at once.
///
/// Virtual threads run in the order in which they became ready, each until it waits. A request that
/// comes while a hundred are ready would wait for all of them, and behind a hundred long lists for
/// seconds. Here only as many are ready as keep the processors busy; the others wait in queues, one
/// for each flow, which take turns. Requests that take long have a lane of their own that leaves
/// room for the others, and let others run in between ([Turn#loops]).
///
/// **Threads:** any.
public final class Pace {

    /// Enough to keep a processor busy while one of them begins to wait.
    private static final int SHORT_PER_PROCESSOR = 4;

    private final Lane brief;
    private final Lane lengthy;

    /// @param processors 1 or more
    public Pace(int processors) {
        this.brief = new Lane(SHORT_PER_PROCESSOR * processors);
        this.lengthy = new Lane(Math.max(1, processors / 2));
    }

    /// Lets a request begin, now on this thread or later on another.
    ///
    /// @param flow the same for all requests of one flow
    /// @param takesLong whether it is known to take long
    /// @param begin must be quick: starts a thread; who gets the turn ends it
    public void enter(long flow, boolean takesLong, Consumer<Turn> begin) {
        Lane lane = takesLong ? lengthy : brief;
        lane.enter(flow, new Turn(lane, begin));
    }
}
