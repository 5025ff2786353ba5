package kat.app;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import kat.client.Informers;
import kat.client.LeaderElection;
import org.jspecify.annotations.Nullable;

/// Runs components while this server leads. Each term begins with informers of its own, which know
/// nothing of the term before.
///
/// **Threads:** the election's.
final class ComponentsTerm implements LeaderElection.Term {

    private static final System.Logger LOG = System.getLogger(ComponentsTerm.class.getName());

    private final Supplier<Informers> informers;
    private final Function<Informers, Components> maker;
    private final Consumer<Components> start;
    private @Nullable Informers seen;
    private @Nullable Components components;

    /// @param start what runs
    ComponentsTerm(
            Supplier<Informers> informers,
            Function<Informers, Components> maker,
            Consumer<Components> start) {
        this.informers = informers;
        this.maker = maker;
        this.start = start;
    }

    @Override
    public void begin() {
        Informers fresh = informers.get();
        Components made = maker.apply(fresh);
        seen = fresh;
        components = made;
        start.accept(made);
    }

    @Override
    public void end() {
        Components ending = components;
        Informers last = seen;
        try {
            if (ending != null) {
                ending.stop();
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "a component did not end in order", e);
        }
        if (last != null) {
            last.close();
        }
    }
}
