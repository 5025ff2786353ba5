package kat.statemetrics;

import java.util.List;

/// One metric of a kind.
///
/// @param type `gauge` or `counter`
record Family(String name, String type, List<Rule> rules) {

    Family {
        rules = List.copyOf(rules);
    }

    /// Adds the samples that follow from where a walk stands.
    interface Rule {

        /// @param labels those that are known already, each behind a comma
        void apply(Scope at, String labels, Samples out);
    }
}
