package kat.api.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Objects that count for one each.
///
/// @param names under which they are counted
record CountEvaluator(Set<String> names) implements Evaluator {

    @Override
    public SortedSet<String> matching(Collection<String> limited) {
        return Evaluator.common(limited, names);
    }

    @Override
    public Amounts usage(JsonObject object, Instant now) {
        Amounts usage = Amounts.NONE;
        for (String name : names) {
            usage = usage.with(name, Quantity.of(1));
        }
        return usage;
    }

    @Override
    public boolean handles(Write write) {
        return write.isCreation() && write.isWhole();
    }
}
