package kat.base.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kat.base.trace.SpanData.Attribute;
import kat.base.trace.SpanData.Role;
import org.jspecify.annotations.Nullable;

/// One operation that is timed.
///
/// ```
/// try (Span span = Span.start("List")) {   // part of what this thread does now
///     span.put("resource", "pods");
///     …
/// }
/// ```
///
/// Where nothing is traced, and in traces that are not kept, [#start] gives [#NONE], which takes
/// no memory and does nothing.
///
/// **Threads:** what [#start] gave belongs to its thread; [#child] and [#put] may be called by any.
public final class Span implements AutoCloseable {

    /// Nobody looks at this one.
    public static final Span NONE = new Span();

    /// Longer texts are cut.
    static final int MOST_TEXT = 1_024;

    private static final ScopedValue<Strand> CURRENT = ScopedValue.newInstance();

    private final @Nullable Tracer tracer; // null for NONE
    private final @Nullable Place place; // null for NONE
    private final String name;
    private final Role role;
    private final long startNanos;
    private final List<Attribute> attributes = new ArrayList<>();
    private long zero; // nanoseconds since 1970 when the ticker's were 0
    private @Nullable Strand strand; // null unless it was started on one
    private Span before; // what the strand goes on with
    private boolean failed;
    private String fault = "";

    /// Where a span belongs.
    ///
    /// @param parent 0 for none
    record Place(TraceContext context, long parent, @Nullable TraceContext link) {}

    /// What one thread does for a trace.
    private static final class Strand {
        private Span now;

        Strand(Span now) {
            this.now = now;
        }
    }

    private Span() {
        this.tracer = null;
        this.place = null;
        this.name = "";
        this.role = Role.INTERNAL;
        this.startNanos = 0;
        this.before = this;
    }

    Span(Tracer tracer, Place place, String name, Role role, long startNanos) {
        this.tracer = tracer;
        this.place = place;
        this.name = name;
        this.role = role;
        this.startNanos = startNanos;
        this.before = NONE;
    }

    Span from(long other) {
        zero = other;
        return this;
    }

    /// Begins a part of what this thread does.
    public static Span start(String name) {
        if (!CURRENT.isBound()) {
            return NONE;
        }
        Strand strand = CURRENT.get();
        Span child = strand.now.child(name);
        if (child != NONE) {
            child.strand = strand;
            child.before = strand.now;
            strand.now = child;
        }
        return child;
    }

    /// What this thread does, for the headers of calls to others; null when nothing is traced.
    public static @Nullable TraceContext current() {
        if (!CURRENT.isBound()) {
            return null;
        }
        Place place = CURRENT.get().now.place;
        return place == null ? null : place.context();
    }

    /// The same work as part of what this thread does, whichever thread does it; the work itself
    /// where nothing is traced.
    public static <T> Callable<T> carried(Callable<T> work) {
        if (!CURRENT.isBound()) {
            return work;
        }
        Span now = CURRENT.get().now;
        return () -> ScopedValue.where(CURRENT, new Strand(now)).call(work::call);
    }

    /// Does work as part of this span, on this thread.
    public void during(Runnable work) {
        if (tracer == null) {
            work.run();
        } else {
            ScopedValue.where(CURRENT, new Strand(this)).run(work);
        }
    }

    /// Begins a part of this one, beside what threads do.
    public Span child(String part) {
        Tracer to = tracer;
        Place own = place;
        if (to == null || own == null || !own.context().sampled()) {
            return NONE;
        }
        Place below = new Place(own.context().with(to.newId()), own.context().span(), null);
        return new Span(to, below, part, Role.INTERNAL, zero + to.nanos()).from(zero);
    }

    /// Whether anybody will see what is put to it.
    public boolean isKept() {
        return place != null && place.context().sampled();
    }

    /// Tells something of it; what is empty is left out.
    public void put(String key, String value) {
        if (isKept() && !value.isEmpty()) {
            String cut = value.length() > MOST_TEXT ? value.substring(0, MOST_TEXT) : value;
            add(new Attribute.Text(key, cut));
        }
    }

    public void put(String key, long value) {
        if (isKept()) {
            add(new Attribute.Figure(key, value));
        }
    }

    /// A request that takes too long is ended by another thread than that which works on it.
    private synchronized void add(Attribute attribute) {
        attributes.add(attribute);
    }

    private synchronized List<Attribute> told() {
        return List.copyOf(attributes);
    }

    /// Marks it as an error.
    ///
    /// @param why empty when nothing is to be said
    public void fail(String why) {
        if (isKept()) {
            failed = true;
            fault = why.length() > MOST_TEXT ? why.substring(0, MOST_TEXT) : why;
        }
    }

    /// It has ended. Called once.
    @Override
    public void close() {
        if (strand != null) {
            strand.now = before;
        }
        Tracer to = tracer;
        Place own = place;
        if (to != null && own != null && own.context().sampled()) {
            to.ended(
                    new SpanData(
                            own.context(),
                            own.parent(),
                            name,
                            role,
                            startNanos,
                            zero + to.nanos(),
                            told(),
                            own.link(),
                            failed,
                            fault));
        }
    }
}
