package kat.api.validation;

import kat.api.Kind;
import kat.api.json.JsonObject;

/// What the rules of one kind check of metadata once more than all kinds do, and when.
///
/// @param whole checks metadata as that of a new object
/// @param changes checks it against what is stored
record MetadataChecks(Runnable whole, Runnable changes) {

    static MetadataChecks of(KindRules rules, Kind kind, Node metadata, JsonObject before) {
        return new MetadataChecks(
                () -> whole(rules, kind, metadata),
                rules.anyFinalizers()
                        ? () -> MetadataRules.checkUpdate(metadata, before)
                        : () -> MetadataRules.checkKubernetesUpdate(metadata, before));
    }

    static void whole(KindRules rules, Kind kind, Node metadata) {
        if (rules.anyFinalizers()) {
            MetadataRules.checkPlain(metadata, kind.namespaced(), rules.names());
        } else {
            MetadataRules.check(metadata, kind.namespaced(), rules.names());
        }
    }

    /// Runs these checks and the kind's own rules in the kind's order.
    ///
    /// @param create the rules of a new object
    /// @param update the rules of a change
    void run(KindRules.Again order, Runnable create, Runnable update) {
        for (KindRules.Step step : order.steps()) {
            switch (step) {
                case WHOLE -> whole.run();
                case CHANGES -> changes.run();
                case CREATE -> create.run();
                case UPDATE -> update.run();
            }
        }
    }
}
