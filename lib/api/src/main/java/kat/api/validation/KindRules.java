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
/// @param statusAgain the same for an update of its status
/// @param repeats whether an update is checked as a new object is, before its own rules
/// @param metadataLast whether a new object's metadata is checked only when nothing else is wrong
record KindRules(
        Function<String, List<String>> names,
        Rule create,
        UpdateRule update,
        UpdateRule status,
        boolean isKnown,
        Again again,
        Again statusAgain,
        boolean anyFinalizers,
        boolean repeats,
        boolean metadataLast) {

    /// One thing that an update is checked for.
    enum Step {
        /// Metadata as that of a new object.
        WHOLE,
        /// Metadata against what is stored.
        CHANGES,
        /// The rules of a new object, for kinds of which an update repeats them.
        CREATE,
        /// The rules of an update.
        UPDATE
    }

    /// What a kind's own update checks of metadata, besides what all kinds are checked for before,
    /// and when.
    enum Again {
        NOTHING,
        CHANGES,
        CHANGES_LAST,
        WHOLE,
        WHOLE_TWICE,
        WHOLE_THEN_CHANGES,
        WHOLE_AND_CHANGES,
        WHOLE_AND_CHANGES_LAST,
        CHANGES_AND_WHOLE,
        CHANGES_AND_WHOLE_LAST;

        List<Step> steps() {
            return switch (this) {
                case NOTHING -> List.of(Step.CREATE, Step.UPDATE);
                case CHANGES -> List.of(Step.CHANGES, Step.CREATE, Step.UPDATE);
                case CHANGES_LAST -> List.of(Step.CREATE, Step.UPDATE, Step.CHANGES);
                case WHOLE -> List.of(Step.WHOLE, Step.CREATE, Step.UPDATE);
                case WHOLE_TWICE ->
                        List.of(Step.WHOLE, Step.CREATE, Step.WHOLE, Step.CREATE, Step.UPDATE);
                case WHOLE_THEN_CHANGES ->
                        List.of(Step.WHOLE, Step.CHANGES, Step.CREATE, Step.UPDATE);
                case WHOLE_AND_CHANGES ->
                        List.of(Step.WHOLE, Step.CREATE, Step.CHANGES, Step.UPDATE);
                case WHOLE_AND_CHANGES_LAST ->
                        List.of(Step.WHOLE, Step.CREATE, Step.UPDATE, Step.CHANGES);
                case CHANGES_AND_WHOLE ->
                        List.of(Step.CHANGES, Step.WHOLE, Step.CREATE, Step.UPDATE);
                case CHANGES_AND_WHOLE_LAST ->
                        List.of(Step.CHANGES, Step.UPDATE, Step.WHOLE, Step.CREATE);
            };
        }
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
                statusAgain,
                anyFinalizers,
                repeats,
                metadataLast);
    }

    /// With an update that is checked so and by nothing else.
    KindRules updated(UpdateRule only) {
        return new KindRules(
                names,
                create,
                only,
                status,
                isKnown,
                again,
                statusAgain,
                anyFinalizers,
                false,
                metadataLast);
    }

    /// With an update that is checked as a new object is, and so.
    KindRules andUpdated(UpdateRule further) {
        return new KindRules(
                names,
                create,
                further,
                status,
                isKnown,
                again,
                statusAgain,
                anyFinalizers,
                true,
                metadataLast);
    }

    KindRules statusUpdated(UpdateRule rule) {
        return new KindRules(
                names,
                create,
                update,
                rule,
                isKnown,
                again,
                statusAgain,
                anyFinalizers,
                repeats,
                metadataLast);
    }

    /// With finalizers of any name, of which the kind's own rules check none.
    KindRules withAnyFinalizers() {
        return new KindRules(
                names,
                create,
                update,
                status,
                isKnown,
                again,
                statusAgain,
                true,
                repeats,
                metadataLast);
    }

    /// With rules that say nothing of metadata: it is checked when they find no fault.
    KindRules withMetadataLast() {
        return new KindRules(
                names, create, update, status, isKnown, again, statusAgain, true, repeats, true);
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
                statusAgain,
                anyFinalizers,
                repeats,
                metadataLast);
    }

    /// With metadata checked so by an update of the status.
    KindRules checkingWithStatus(Again metadata) {
        return new KindRules(
                names,
                create,
                update,
                status,
                isKnown,
                again,
                metadata,
                anyFinalizers,
                repeats,
                metadataLast);
    }
}
