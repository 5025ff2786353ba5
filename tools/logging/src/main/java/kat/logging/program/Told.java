package kat.logging.program;

import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Puts together what parts of the program tell of themselves: one that is well again does not
/// take away what another one said.
///
/// **Threads:** any.
final class Told {

    private final Consumer<String> told;
    private final SequencedMap<String, String> faults = new TreeMap<>(); // guarded by this

    /// @param told is given all that is wrong; empty when all is well
    Told(Consumer<String> told) {
        this.told = told;
    }

    /// Takes what is wrong with a part; empty when nothing is.
    Consumer<String> by(String part) {
        return fault -> tell(part, fault);
    }

    private synchronized void tell(String part, String fault) {
        String before = fault.isEmpty() ? faults.remove(part) : faults.put(part, fault);
        if (!fault.equals(before == null ? "" : before)) {
            told.accept(String.join("; ", faults.values()));
        }
    }
}
