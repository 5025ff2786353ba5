package kat.api.validation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules of one kind besides those that all share.
///
/// @param names what an object may be called
/// @param isKnown whether the kind has rules of its own
/// @param anyFinalizers whether finalizers may have names without a domain
/// @param again how the kind's own update checks metadata once more than all kinds do
/// @param repeats whether an update is checked as a new object is, before its own rules
/// @param metadataLast whether a new object's metadata is checked only when nothing else is wrong
record KindRules(
        Function<String, List<String>> names,
        Rule create,
        UpdateRule update,
        UpdateRule status,
        boolean isKnown,
        Again again,
        boolean anyFinalizers,
        boolean repeats,
        boolean metadataLast) {

    /// What a kind's own update checks of metadata.
    enum Again {
        NOTHING,
        CHANGES,
        WHOLE,
        WHOLE_TWICE,
        WHOLE_AND_CHANGES,
        CHANGES_AND_WHOLE
    }

    /// Checks a new object.
    interface Rule {
        void check(Node object);
    }

    /// Checks a new version against the stored one.
    interface UpdateRule {
        void check(Node after, JsonObject before);
    }

    private static final UpdateRule NO_STATUS_RULE = (_, _) -> {};

    private static final KindRules OTHER =
            new KindRules(
                    Names::dnsSubdomain,
                    _ -> {},
                    (_, _) -> {},
                    NO_STATUS_RULE,
                    false,
                    Again.NOTHING,
                    true,
                    false,
                    false);

    private static final Map<String, KindRules> BY_RESOURCE = RulesByKind.rules();

    static KindRules of(Kind kind) {
        return BY_RESOURCE.getOrDefault(kind.resource(), OTHER);
    }

    static KindRules of(Rule create) {
        return new KindRules(
                Names::dnsSubdomain,
                create,
                (_, _) -> {},
                NO_STATUS_RULE,
                true,
                Again.CHANGES,
                false,
                true,
                false);
    }

    /// With names of another form.
    KindRules named(Function<String, List<String>> other) {
        return new KindRules(
                other,
                create,
                update,
                status,
                isKnown,
                again,
                anyFinalizers,
                repeats,
                metadataLast);
    }

    /// With an update that is checked so and by nothing else.
    KindRules updated(UpdateRule only) {
        return new KindRules(
                names, create, only, status, isKnown, again, anyFinalizers, false, metadataLast);
    }

    /// With an update that is checked as a new object is, and so.
    KindRules andUpdated(UpdateRule further) {
        return new KindRules(
                names, create, further, status, isKnown, again, anyFinalizers, true, metadataLast);
    }

    KindRules statusUpdated(UpdateRule rule) {
        return new KindRules(
                names, create, update, rule, isKnown, again, anyFinalizers, repeats, metadataLast);
    }

    /// With finalizers of any name, of which the kind's own rules check none.
    KindRules withAnyFinalizers() {
        return new KindRules(
                names, create, update, status, isKnown, again, true, repeats, metadataLast);
    }

    /// With rules that say nothing of metadata: it is checked when they find no fault.
    KindRules withMetadataLast() {
        return new KindRules(names, create, update, status, isKnown, again, true, repeats, true);
    }

    /// With metadata checked so by an update, after what all kinds check.
    KindRules checking(Again metadata) {
        return new KindRules(
                names,
                create,
                update,
                status,
                isKnown,
                metadata,
                anyFinalizers,
                repeats,
                metadataLast);
    }
}
