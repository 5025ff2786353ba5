package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.Evaluator;
import kat.api.quota.Quota;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Charge;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer.Target;
import kat.base.Ticker;
import kat.store.Entry;

/// Lets no more into a namespace than its ResourceQuotas have left, and adds what is let in to what
/// they say is used. Both are written in one transaction, so that writers who come at once cannot
/// share the last of it. What goes again is counted by a controller.
///
/// **Source:** `apiserver/pkg/admission/plugin/resourcequota/controller.go`.
final class ResourceQuotas {

    private final Reader reader;
    private final Resource quotas;
    private final Ticker ticker;

    ResourceQuotas(Reader reader, Resources resources, Ticker ticker) {
        this.reader = reader;
        this.quotas = resources.require(Kinds.RESOURCE_QUOTA);
        this.ticker = ticker;
    }

    /// A quota that a write counts against, with what it adds there.
    private record Asked(Entry entry, Quota quota, Amounts more) {}

    List<Charge> charges(Attributes attributes, JsonObject object) {
        String namespace = attributes.target().namespace();
        if (attributes.operation() == Operation.DELETE
                || namespace.isEmpty()
                || !Evaluator.counts(attributes.target().kind())) {
            return List.of();
        }
        List<Entry> entries =
                reader.page(quotas, new Reader.Query(namespace, null, 0, 0, "")).entries();
        if (entries.isEmpty()) {
            return List.of();
        }
        Evaluator evaluator = Evaluator.of(attributes.target().kind());
        Evaluator.Write write =
                new Evaluator.Write(
                        attributes.operation() == Operation.CREATE,
                        attributes.call().subresource(),
                        object,
                        attributes.live());
        return evaluator.handles(write)
                ? charges(attributes, write, evaluator, entries)
                : List.of();
    }

    private List<Charge> charges(
            Attributes attributes,
            Evaluator.Write write,
            Evaluator evaluator,
            List<Entry> entries) {
        List<Asked> asked = new ArrayList<>();
        for (Entry entry : entries) {
            Quota quota = Quota.of(quotas.object(entry));
            if (quota.covers(evaluator, write.object())) {
                requireKnown(attributes, write, evaluator, quota);
                asked.add(new Asked(entry, quota, Amounts.NONE));
            }
        }
        Amounts usage = evaluator.usage(write.object(), ticker.now());
        if (!usage.negatives().isEmpty()) {
            throw refused(
                    attributes,
                    write,
                    "quota usage is negative for resource(s): "
                            + String.join(",", usage.negatives().byName().keySet()));
        }
        List<Charge> charges = new ArrayList<>();
        for (Asked each : asked) {
            Amounts more = usage;
            if (!write.isCreation() && each.quota().covers(evaluator, write.live())) {
                more = usage.minusOrZero(evaluator.usage(write.live(), ticker.now()));
            }
            Quota quota = each.quota();
            Amounts added = more.withoutZeros().only(quota.limits().byName().keySet());
            if (!added.isEmpty()) {
                charges.add(charge(attributes, write, new Asked(each.entry(), quota, added)));
            }
        }
        return charges;
    }

    /// That the object says what the quota needs to know, and that the quota is counted.
    private static void requireKnown(
            Attributes attributes, Evaluator.Write write, Evaluator evaluator, Quota quota) {
        SortedSet<String> names = evaluator.matching(quota.limits().byName().keySet());
        String missing = evaluator.missing(names, write.object());
        if (!missing.isEmpty()) {
            throw refused(attributes, write, "failed quota: " + quota.name() + ": " + missing);
        }
        if (quota.lacksUse(names)) {
            throw refused(
                    attributes,
                    write,
                    "status unknown for quota: %s, resources: %s"
                            .formatted(quota.name(), String.join(",", names)));
        }
    }

    private Charge charge(Attributes attributes, Evaluator.Write write, Asked asked) {
        Quota quota = asked.quota();
        Amounts used = quota.used().plus(asked.more());
        SortedSet<String> over =
                new TreeSet<>(
                        used.only(asked.more().byName().keySet())
                                .exceeding(quota.limits())
                                .byName()
                                .keySet());
        if (!over.isEmpty() && !write.subresource().equals("status")) {
            throw refused(
                    attributes,
                    write,
                    "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                            .formatted(
                                    quota.name(),
                                    asked.more().only(over),
                                    quota.used().only(over),
                                    quota.limits().only(over)));
        }
        JsonObject next = quota.object().tree().withAt(used.toJson(), "status", "used");
        ObjectKey key = quota.object().key();
        return new Charge(new Target(quotas, key), asked.entry(), next);
    }

    private static StatusException refused(
            Attributes attributes, Evaluator.Write write, String why) {
        return Refusals.forbidden(attributes, write.object(), why);
    }
}
