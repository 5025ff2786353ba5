package kat.apiserver.fairness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Who is worked on and who waits.
///
/// A level has its share of all seats. It may use more while others leave theirs, but never so much
/// that another could not have at once the part of its seats that it does not lend. Within a level
/// the queues take turns, so a flow that fills its queues delays others by one request a turn.
///
/// Unlike Kubernetes, which adjusts what levels lend each other every ten seconds, this is decided
/// anew for every request; a request takes one seat, whatever it asks for.
///
/// **Threads:** any. Guests are called outside the lock.
final class Seats {

    /// How long a request may wait: a quarter of what it may take.
    static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private static final int PERCENT = 100;

    private final int total;
    private final Ticker ticker;
    private final Map<String, Level> levels = new TreeMap<>(); // guarded by this
    private int reserved; // guarded by this: in use, or kept for levels that do not lend them

    Seats(int total, Ticker ticker) {
        this.total = total;
        this.ticker = ticker;
    }

    /// Guarded by the seats.
    private static final class Level {
        List<Deque<Waiting>> queues = List.of();
        int nominal;
        int least; // what it does not lend
        int most; // what it may use with what it borrows
        int inUse;
        int waiting;
        int turn;
        boolean gone;

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
        Ticker.@Nullable Scheduled timer;

        Waiting(Flow flow, Flow.Guest guest, Deque<Waiting> queue) {
            this.flow = flow;
            this.guest = guest;
            this.queue = queue;
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
                Level level = levels.computeIfAbsent(config.name(), _ -> new Level());
                configure(level, config, shares);
            }
            levels.values().removeIf(level -> level.gone && level.isIdle());
            reserved = levels.values().stream().mapToInt(Level::kept).sum();
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
        if (level.queues.size() < config.queues()) {
            List<Deque<Waiting>> queues = new ArrayList<>(level.queues);
            while (queues.size() < config.queues()) {
                queues.add(new ArrayDeque<>());
            }
            level.queues = List.copyOf(queues);
        }
    }

    /// Lets a request in now, or later, or refuses it.
    void enter(Flow flow, Flow.Guest guest) {
        Flow.Refusal refusal = null;
        boolean enters = false;
        synchronized (this) {
            Level level = levels.get(flow.level().name());
            if (level == null) {
                // Its level has just been deleted.
                level = new Level();
                level.gone = true;
                level.most = total;
                levels.put(flow.level().name(), level);
            }
            if (level.waiting == 0 && hasSeat(level)) {
                take(level, 1);
                enters = true;
            } else if (flow.level().queues() == 0 || level.queues.isEmpty()) {
                refusal = Flow.Refusal.CONCURRENCY_LIMIT;
            } else if (!queue(level, flow, guest)) {
                refusal = Flow.Refusal.QUEUE_FULL;
            }
        }
        if (enters) {
            flow.tally().dispatched.increment();
            flow.tally().executing.increment();
            guest.enter();
        } else if (refusal != null) {
            flow.tally().refused(refusal).increment();
            guest.refused(refusal);
        }
    }

    /// Gives the seat of a request back.
    void leave(Flow flow) {
        flow.tally().executing.decrement();
        List<Waiting> next;
        synchronized (this) {
            Level level = levels.get(flow.level().name());
            if (level == null) {
                return;
            }
            take(level, -1);
            if (level.gone && level.isIdle()) {
                reserved -= level.kept();
                levels.remove(flow.level().name());
            }
            next = dispatch();
        }
        begin(next);
    }

    private boolean hasSeat(Level level) {
        return level.inUse < level.least || (level.inUse < level.most && reserved < total);
    }

    private void take(Level level, int seats) {
        reserved -= level.kept();
        level.inUse = Math.max(0, level.inUse + seats);
        reserved += level.kept();
    }

    /// @return whether there was room
    private boolean queue(Level level, Flow flow, Flow.Guest guest) {
        PriorityLevel config = flow.level();
        int[] hand =
                Hand.deal(
                        flow.hash(),
                        Math.min(config.queues(), level.queues.size()),
                        Math.min(config.handSize(), level.queues.size()));
        Deque<Waiting> shortest = level.queues.get(hand[0]);
        for (int index : hand) {
            Deque<Waiting> queue = level.queues.get(index);
            if (queue.size() < shortest.size()) {
                shortest = queue;
            }
        }
        if (shortest.size() >= config.queueLength()) {
            return false;
        }
        Waiting waiting = new Waiting(flow, guest, shortest);
        shortest.addLast(waiting);
        level.waiting++;
        flow.tally().waiting.increment();
        waiting.timer = ticker.schedule(LONGEST_WAIT, () -> expire(waiting));
        return true;
    }

    private void expire(Waiting waiting) {
        synchronized (this) {
            if (!waiting.queue.remove(waiting)) {
                return;
            }
            Level level = levels.get(waiting.flow.level().name());
            if (level != null) {
                level.waiting--;
            }
        }
        waiting.flow.tally().waiting.decrement();
        waiting.flow.tally().refused(Flow.Refusal.TIME_OUT).increment();
        waiting.guest.refused(Flow.Refusal.TIME_OUT);
    }

    /// Those who have a seat now; first of the level that uses the least of its own.
    private List<Waiting> dispatch() {
        List<Waiting> next = List.of();
        for (Level level = neediest(); level != null; level = neediest()) {
            take(level, 1);
            if (next.isEmpty()) {
                next = new ArrayList<>();
            }
            next.add(first(level));
        }
        return next;
    }

    private @Nullable Level neediest() {
        Level found = null;
        double least = Double.MAX_VALUE;
        for (Level level : levels.values()) {
            double used = level.inUse / (double) Math.max(1, level.nominal);
            if (level.waiting > 0 && used < least && hasSeat(level)) {
                found = level;
                least = used;
            }
        }
        return found;
    }

    /// @param level somebody waits in it
    private static Waiting first(Level level) {
        while (true) {
            Deque<Waiting> queue = level.queues.get(level.turn);
            level.turn = (level.turn + 1) % level.queues.size();
            Waiting waiting = queue.pollFirst();
            if (waiting != null) {
                level.waiting--;
                return waiting;
            }
        }
    }

    private static void begin(List<Waiting> next) {
        for (Waiting each : next) {
            Ticker.Scheduled timer = each.timer;
            if (timer != null) {
                timer.cancel();
            }
            each.flow.tally().waiting.decrement();
            each.flow.tally().dispatched.increment();
            each.flow.tally().executing.increment();
            each.guest.enter();
        }
    }

    /// How many seats each level has of its own.
    synchronized SequencedMap<String, Integer> nominal() {
        SequencedMap<String, Integer> nominal = new TreeMap<>();
        levels.forEach((name, level) -> nominal.put(name, level.nominal));
        return nominal;
    }
}
