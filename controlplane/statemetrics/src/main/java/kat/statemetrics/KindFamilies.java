package kat.statemetrics;

import java.util.List;
import kat.api.Kind;

/// The metrics of a kind.
///
/// @param shared the labels that all samples of an object have
record KindFamilies(Kind kind, List<FamilyTable.Label> shared, List<Family> families) {

    KindFamilies {
        shared = List.copyOf(shared);
        families = List.copyOf(families);
    }
}
