package kat.apiserver.fairness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Who is worked on and who waits.
///
/// A level has its share of all seats. It may use more while others leave theirs, but never so much
/// that another could not have at once the part of its seats that it does not lend. Within a level
/// the queues take turns, so a flow that fills its queues delays others by one request a turn.
///
/// Unlike Kubernetes, which adjusts what levels lend each other every ten seconds, this is decided
/// anew for every request.
///
/// A request takes as many seats as it is likely to cost ([Work]). One that needs several may
/// wait for them while others would fit: until it has them, no level gets more than it must
/// have.
///
/// Of the queues of a level that goes first which was given the fewest seats, so that a flow of
/// large lists holds up another of small requests by no more than one of them.
///
/// **Threads:** any. Guests are called outside the lock.
final class Seats {

    /// How long a request may wait: a quarter of what it may take.
    static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private static final int PERCENT = 100;
    private static final double NANOS_PER_SECOND = 1e9;

    private final int total;
    private final Ticker ticker;
    private final Map<String, Level> levels = new TreeMap<>(); // guarded by this
    private final Set<String> full = ConcurrentHashMap.newKeySet(); // names of levels
    private int reserved; // guarded by this: in use, or kept for levels that do not lend them
    private boolean isSaved; // guarded by this: free seats are saved for one who needs several

    /// @param nominal how many seats a level has of its own
    /// @param least how many of them it does not lend
    /// @param most how many it may use
    record Limits(int nominal, int least, int most) {}

    Seats(int total, Ticker ticker) {
        this.total = total;
        this.ticker = ticker;
    }

    /// Guarded by the seats.
    private static final class Level {
        final String name;
        List<Deque<Waiting>> queues = List.of();
        int nominal;
        int least; // what it does not lend
        int most; // what it may use with what it borrows
        int mostEach = Work.MOST; // what one request may take
        int inUse;
        int waiting;
        int turn;
        long[] served = {}; // seats that each queue was given, or would have been while empty
        long now; // how many the queue had that was served last
        boolean gone;

        Level(String name) {
            this.name = name;
        }

        int kept() {
            return Math.max(inUse, least);
        }

        boolean isIdle() {
            return inUse == 0 && waiting == 0;
        }
    }

    private static final class Waiting {
        final Flow flow;
        final Flow.Guest guest;
        final Deque<Waiting> queue;
        final long sinceNanos;
        Work work; // less when its level allows less before its turn
        Ticker.@Nullable Scheduled timer;

        Waiting(Flow flow, Work work, Flow.Guest guest, Deque<Waiting> queue, long sinceNanos) {
            this.sinceNanos = sinceNanos;
            this.flow = flow;
            this.work = work;
            this.guest = guest;
            this.queue = queue;
        }

        /// Keeps what it will take within what its level allows by now.
        void narrow(int mostEach) {
            int before = work.width();
            if (before > mostEach) {
                work = work.within(mostEach);
                flow.tally().waitingSeats.add(work.width() - before);
            }
        }
    }

    /// Takes other sizes from now on; who has a seat keeps it, who waits goes on waiting.
    ///
    /// @param configs all but exempt ones
    void configure(Collection<PriorityLevel> configs) {
        List<Waiting> next;
        synchronized (this) {
            long shares = Math.max(1, configs.stream().mapToLong(PriorityLevel::shares).sum());
            levels.values().forEach(level -> level.gone = true);
            for (PriorityLevel config : configs) {
                Level level = levels.computeIfAbsent(config.name(), Level::new);
                configure(level, config, shares);
            }
            levels.values().removeIf(level -> level.gone && level.isIdle());
            reserved = levels.values().stream().mapToInt(Level::kept).sum();
            full.retainAll(levels.keySet());
            levels.values().forEach(this::mark);
            next = dispatch();
        }
        begin(next);
    }

    private void configure(Level level, PriorityLevel config, long shares) {
        level.gone = false;
        level.nominal = (int) Math.ceilDiv(total * config.shares(), shares);
        level.least = Math.round(level.nominal * (PERCENT - config.lendable()) / (float) PERCENT);
        level.most =
                config.borrowing() < 0
                        ? total
                        : (int)
                                Math.min(
                                        total,
                                        level.nominal * (PERCENT + config.borrowing()) / PERCENT);
        level.mostEach = Math.max(1, Math.min(config.mostSeats(level.nominal), level.most));
        if (level.queues.size() < config.queues()) {
            List<Deque<Waiting>> queues = new ArrayList<>(level.queues);
            while (queues.size() < config.queues()) {
                queues.add(new ArrayDeque<>());
            }
            level.queues = List.copyOf(queues);
            level.served = Arrays.copyOf(level.served, queues.size());
        }
    }

    /// Lets a request in now, or later, or refuses it.
    void enter(Flow flow, Work asked, Flow.Guest guest) {
        Flow.Refusal refusal = null;
        Work work;
        boolean enters = false;
        List<Waiting> next = List.of();
        synchronized (this) {
            Level level = level(flow);
            work = asked.within(level.mostEach);
            if (level.waiting == 0 && fits(level, work.width())) {
                take(level, work.width());
                charge(level, flow, work.width());
                enters = true;
            } else if (flow.level().queues() == 0 || level.queues.isEmpty()) {
                refusal = Flow.Refusal.CONCURRENCY_LIMIT;
            } else if (!queue(level, flow, work, guest)) {
                refusal = Flow.Refusal.QUEUE_FULL;
            } else {
                next = dispatch();
            }
        }
        flow.tally().widths.add(work.width());
        if (enters) {
            if (flow.level().queues() > 0) {
                flow.tally().waited(true).add(0);
            }
            begin(flow, work, guest);
        } else if (refusal != null) {
            flow.tally().refused(refusal).increment();
            guest.refused(refusal);
        }
        begin(next);
    }

    /// @return made anew when it has just been deleted
    private Level level(Flow flow) {
        Level level = levels.get(flow.level().name());
        if (level == null) {
            level = new Level(flow.level().name());
            level.gone = true;
            level.most = total;
            levels.put(flow.level().name(), level);
        }
        return level;
    }

    /// Gives the seats of a request back, some of them a little later.
    private void leave(Flow flow, Work work) {
        flow.tally().executing.decrement();
        if (work.after() == 0) {
            free(flow, work.width());
            return;
        }
        if (work.width() > work.after()) {
            free(flow, work.width() - work.after());
        }
        ticker.schedule(work.latency(), () -> free(flow, work.after()));
    }

    private void free(Flow flow, int seats) {
        flow.tally().executingSeats.add(-seats);
        List<Waiting> next;
        synchronized (this) {
            Level level = levels.get(flow.level().name());
            if (level == null) {
                return;
            }
            take(level, -seats);
            if (level.gone && level.isIdle()) {
                reserved -= level.kept();
                levels.remove(level.name);
                full.remove(level.name);
            }
            next = dispatch();
        }
        begin(next);
    }

    private boolean fits(Level level, int width) {
        int then = level.inUse + width;
        if (then <= level.least) {
            return true;
        }
        // Where nobody can wait, what is saved for one who waits is no reason to refuse.
        boolean isKeptOut = isSaved && !(level.queues.isEmpty() && then <= level.nominal);
        int more = then - level.kept();
        return !isKeptOut && then <= level.most && reserved + more <= total;
    }

    private void take(Level level, int seats) {
        reserved -= level.kept();
        level.inUse = Math.max(0, level.inUse + seats);
        reserved += level.kept();
        mark(level);
    }

    /// Notes whether whoever comes next has to wait. What other levels borrow meanwhile is seen
    /// at the next change of this one.
    private void mark(Level level) {
        if (level.waiting > 0 || !fits(level, 1)) {
            full.add(level.name);
        } else {
            full.remove(level.name);
        }
    }

    /// Whether the next request of a level would have to wait or be refused, as far as is known
    /// without a lock.
    boolean isFull(String level) {
        return full.contains(level);
    }

    /// Counts what a flow was given that did not have to wait, so that one that has much does
    /// not come before one that has little once they do.
    private static void charge(Level level, Flow flow, int seats) {
        if (flow.level().queues() > 0 && !level.queues.isEmpty()) {
            int at = hand(level, flow)[0];
            level.now = Math.max(level.served[at], level.now);
            level.served[at] = level.now + seats;
        }
    }

    /// The queues that a flow may choose from.
    private static int[] hand(Level level, Flow flow) {
        int queues = level.queues.size();
        PriorityLevel config = flow.level();
        return Hand.deal(
                flow.hash(),
                Math.min(config.queues(), queues),
                Math.min(config.handSize(), queues));
    }

    /// @return whether there was room
    private boolean queue(Level level, Flow flow, Work work, Flow.Guest guest) {
        PriorityLevel config = flow.level();
        int[] hand = hand(level, flow);
        int at = hand[0];
        for (int index : hand) {
            if (level.queues.get(index).size() < level.queues.get(at).size()) {
                at = index;
            }
        }
        Deque<Waiting> shortest = level.queues.get(at);
        if (shortest.size() >= config.queueLength()) {
            return false;
        }
        if (shortest.isEmpty()) {
            level.served[at] = Math.max(level.served[at], level.now);
        }
        Waiting waiting = new Waiting(flow, work, guest, shortest, ticker.nanos());
        shortest.addLast(waiting);
        flow.tally().lengths.add(shortest.size());
        level.waiting++;
        mark(level);
        flow.tally().waiting.increment();
        flow.tally().waitingSeats.add(work.width());
        waiting.timer = ticker.schedule(LONGEST_WAIT, () -> expire(waiting));
        return true;
    }

    private void expire(Waiting waiting) {
        List<Waiting> next;
        synchronized (this) {
            if (!waiting.queue.remove(waiting)) {
                return;
            }
            Level level = levels.get(waiting.flow.level().name());
            if (level != null) {
                level.waiting--;
                mark(level);
            }
            next = dispatch(); // those behind it may need fewer seats
        }
        noLonger(waiting, false);
        waiting.flow.tally().refused(Flow.Refusal.TIME_OUT).increment();
        waiting.guest.refused(Flow.Refusal.TIME_OUT);
        begin(next);
    }

    /// Those who have their seats now; first of the level that uses the least of its own.
    private List<Waiting> dispatch() {
        List<Waiting> next = List.of();
        isSaved = false;
        for (Level level = neediest(); level != null; level = neediest()) {
            Waiting first = first(level, true);
            take(level, first.work.width());
            if (next.isEmpty()) {
                next = new ArrayList<>();
            }
            next.add(first);
        }
        return next;
    }

    /// Null when nobody can begin. When the one whose turn it is needs more seats than are
    /// free, and no more than its level has, these are saved for it.
    private @Nullable Level neediest() {
        Level found = null;
        double least = Double.MAX_VALUE;
        Level saving = null;
        double leastSaving = Double.MAX_VALUE;
        for (Level level : levels.values()) {
            if (level.waiting == 0) {
                continue;
            }
            double used = level.inUse / (double) Math.max(1, level.nominal);
            int width = first(level, false).work.width();
            if (fits(level, width)) {
                found = used < least ? level : found;
                least = Math.min(used, least);
            } else if (width > 1 && level.inUse + width <= level.nominal && used < leastSaving) {
                saving = level;
                leastSaving = used;
            }
        }
        if (saving != null && !isSaved && leastSaving < least) {
            isSaved = true;
            return neediest();
        }
        return found;
    }

    /// The one whose turn it is: of the queue that was given the fewest seats.
    ///
    /// @param level somebody waits in it
    /// @param takes whether that one waits no longer
    private static Waiting first(Level level, boolean takes) {
        int size = level.queues.size();
        int next = -1;
        for (int i = 0; i < size; i++) {
            int at = (level.turn + i) % size;
            if (!level.queues.get(at).isEmpty() && (next < 0 || isBefore(level, at, next))) {
                next = at;
            }
        }
        Waiting waiting = head(level, next);
        if (takes) {
            level.queues.get(next).removeFirst();
            level.now = level.served[next];
            level.served[next] += waiting.work.width();
            level.turn = (next + 1) % size;
            level.waiting--;
        }
        return waiting;
    }

    /// Whether a queue was given fewer seats than another, or as many and wants fewer.
    private static boolean isBefore(Level level, int at, int other) {
        long more = level.served[at] - level.served[other];
        int width = head(level, at).work.width();
        int otherWidth = head(level, other).work.width();
        return more < 0 || (more == 0 && width < otherWidth);
    }

    /// Takes no more than the level allows now, which may be less than when it began to wait.
    private static Waiting head(Level level, int queue) {
        Waiting waiting = level.queues.get(queue).getFirst();
        waiting.narrow(level.mostEach);
        return waiting;
    }

    private void begin(List<Waiting> next) {
        for (Waiting each : next) {
            Ticker.Scheduled timer = each.timer;
            if (timer != null) {
                timer.cancel();
            }
            noLonger(each, true);
            begin(each.flow, each.work, each.guest);
        }
    }

    private void noLonger(Waiting waiting, boolean letIn) {
        double seconds = (ticker.nanos() - waiting.sinceNanos) / NANOS_PER_SECOND;
        waiting.flow.tally().waited(letIn).add(seconds);
        waiting.flow.tally().waiting.decrement();
        waiting.flow.tally().waitingSeats.add(-waiting.work.width());
    }

    private void begin(Flow flow, Work work, Flow.Guest guest) {
        flow.tally().dispatched.increment();
        flow.tally().executing.increment();
        flow.tally().executingSeats.add(work.width());
        guest.enter(() -> leave(flow, work));
    }

    /// How many seats each level has.
    synchronized SequencedMap<String, Limits> limits() {
        SequencedMap<String, Limits> limits = new TreeMap<>();
        levels.forEach(
                (name, level) ->
                        limits.put(name, new Limits(level.nominal, level.least, level.most)));
        return limits;
    }
}
