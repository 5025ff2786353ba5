package kat.simulation.invariants;

import java.util.Optional;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// Something that holds at every commit, whatever breaks. May remember what it saw.
public interface Invariant {

    /// Says what a commit violates.
    ///
    /// @param objects as they stand with the commit
    Optional<String> violation(Commit commit, Objects objects);
}
