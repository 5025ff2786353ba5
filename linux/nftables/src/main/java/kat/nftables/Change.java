package kat.nftables;

import java.util.List;

/// One step of a [Transaction].
public sealed interface Change {

    /// Makes the table anew and empty, whether or not it was there.
    record ReplaceTable() implements Change {}

    /// Removes the table and all in it, whether or not it was there.
    record RemoveTable() implements Change {}

    /// Makes a set or map; one that is there already must be of the same type.
    record AddSet(ElementSet set) implements Change {}

    /// Removes a set or map that no rule names any more.
    record RemoveSet(ElementSet set) implements Change {}

    /// Makes a chain with these rules. Chains may name chains and sets that come later.
    record AddChain(Chain chain) implements Change {}

    /// Gives a chain that is there other rules.
    record ReplaceRules(Chain chain) implements Change {}

    /// Empties and removes a chain that nothing names any more.
    record RemoveChain(String chain) implements Change {}

    /// @param elements none of them there with another value
    record AddElements(String set, List<Element> elements) implements Change {
        public AddElements {
            elements = List.copyOf(elements);
        }
    }

    /// @param elements all of them there; their values do not matter
    record RemoveElements(String set, List<Element> elements) implements Change {
        public RemoveElements {
            elements = List.copyOf(elements);
        }
    }
}
