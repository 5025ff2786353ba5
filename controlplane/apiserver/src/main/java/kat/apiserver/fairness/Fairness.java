package kat.apiserver.fairness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Derived;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Check;
import kat.base.Ticker;
import kat.base.metrics.Exposition;
import kat.base.metrics.Source;
import kat.store.Entry;
import kat.store.Store;

/// Which flow a request belongs to, and when its turn comes, as the stored FlowSchemas and
/// PriorityLevelConfigurations say. The first request after one of them changed reads them anew.
///
/// **Limits:** [#TOTAL_SEATS] requests in levels that are limited, [#MOST_EXEMPT] in those that are
/// not; queues as their levels say.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `apiserver/pkg/util/flowcontrol`, KEP-1040.
public final class Fairness implements AutoCloseable, Source {

    /// The sum of Kubernetes' defaults for reading and writing requests.
    static final int TOTAL_SEATS = 600;

    /// Kubernetes lets any number of exempt requests in; this bounds memory.
    static final int MOST_EXEMPT = 5_000;

    private static final String GROUP = "flowcontrol.apiserver.k8s.io/v1";
    private static final Kind SCHEMA = Kinds.builtIn().require(GROUP, "FlowSchema");
    private static final Kind LEVEL = Kinds.builtIn().require(GROUP, "PriorityLevelConfiguration");
    private static final String CATCH_ALL = "catch-all";

    private final Reader reader;
    private final Resources resources;
    private final Seats seats;
    private final AtomicLong exempt = new AtomicLong();
    private final Map<Tally.Of, Tally> tallies = new ConcurrentHashMap<>();
    private final Map<String, Dropped> dropped = new ConcurrentHashMap<>(); // by level
    private final Ticker ticker;
    private final Derived<Plan> plan;

    /// @param flows one for each schema, in the order in which they are asked
    /// @param last takes what no schema matches
    private record Plan(List<Flow> flows, Flow last) {}

    public Fairness(Store store, Reader reader, Resources resources, Ticker ticker) {
        this.reader = reader;
        this.resources = resources;
        this.ticker = ticker;
        this.seats = new Seats(TOTAL_SEATS, ticker);
        this.plan =
                new Derived<>(
                        store,
                        List.of(resources.require(SCHEMA), resources.require(LEVEL)),
                        this::read);
    }

    /// The flow of a request.
    public Flow classify(Asked asked) {
        Plan now = plan.get();
        for (Flow flow : now.flows()) {
            if (flow.schema().matches(asked)) {
                return flow.of(asked);
            }
        }
        return now.last().of(asked);
    }

    /// One at a time, so that the seats are those of the newest plan.
    private synchronized Plan read() {
        Map<String, PriorityLevel> levels = new HashMap<>();
        for (JsonObject object : list(LEVEL)) {
            PriorityLevel level = PriorityLevel.parse(object);
            levels.put(level.name(), level);
        }
        // The two that must be there are thought of as there while they are not.
        levels.putIfAbsent("exempt", new PriorityLevel("exempt", "", true, 0, 0, -1, 0, 0, 0));
        levels.putIfAbsent(CATCH_ALL, new PriorityLevel(CATCH_ALL, "", false, 5, 0, -1, 0, 0, 0));
        List<FlowSchema> schemas = new ArrayList<>();
        list(SCHEMA).forEach(object -> schemas.add(FlowSchema.parse(object)));
        schemas.sort(FlowSchema.ORDER);
        List<Flow> flows = new ArrayList<>();
        for (FlowSchema schema : schemas) {
            PriorityLevel level = levels.get(schema.level());
            if (level != null) {
                flows.add(flow(schema, level));
            }
        }
        FlowSchema rest = new FlowSchema(CATCH_ALL, "", 0, CATCH_ALL, "", List.of());
        PriorityLevel last = Check.notNull(levels.get(CATCH_ALL), "it was put there");
        seats.configure(levels.values().stream().filter(level -> !level.exempt()).toList());
        return new Plan(List.copyOf(flows), flow(rest, last));
    }

    private Flow flow(FlowSchema schema, PriorityLevel level) {
        Tally.Of of = new Tally.Of(schema.name(), level.name());
        return new Flow(schema, level, tallies.computeIfAbsent(of, _ -> new Tally()), 0);
    }

    private List<JsonObject> list(Kind kind) {
        Resource resource = resources.require(kind);
        List<JsonObject> found = new ArrayList<>();
        for (Entry entry : reader.page(resource, new Reader.Query("", null, 0, 0, "")).entries()) {
            found.add(resource.object(entry).tree());
        }
        return found;
    }

    /// Whether a request of this flow would have to wait or be refused. Costs no lock.
    public boolean isFull(Flow flow) {
        return !flow.isExempt() && seats.isFull(flow.level().name());
    }

    /// Lets a request in now, on this thread, or later on another, or refuses it.
    public void enter(Flow flow, Work work, Flow.Guest guest) {
        if (!flow.isExempt()) {
            seats.enter(flow, work, guest);
        } else if (exempt.incrementAndGet() > MOST_EXEMPT) {
            exempt.decrementAndGet();
            flow.tally().refused(Flow.Refusal.CONCURRENCY_LIMIT).increment();
            guest.refused(Flow.Refusal.CONCURRENCY_LIMIT);
        } else {
            flow.tally().dispatched.increment();
            flow.tally().executing.increment();
            guest.enter(
                    () -> {
                        flow.tally().executing.decrement();
                        exempt.decrementAndGet();
                    });
        }
    }

    /// Notes that a request was refused.
    ///
    /// @return how many seconds its client should wait
    public int retryAfter(Flow flow) {
        return dropped.computeIfAbsent(flow.level().name(), _ -> new Dropped())
                .drop(ticker.now().getEpochSecond());
    }

    @Override
    public void tell(Exposition to) {
        plan.get();
        FairnessMetrics.tell(seats.limits(), new TreeMap<>(tallies), to);
    }

    @Override
    public void close() {
        plan.close();
    }
}
