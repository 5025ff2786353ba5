package kat.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What KAT's components log: in a simulation faults are wanted, and their warnings would hide what
/// matters.
final class Logs {

    /// Kept here, since a logger that nobody keeps forgets its level.
    private static final Logger KAT = Logger.getLogger("kat");

    private Logs() {}

    static void silence() {
        KAT.setLevel(Level.OFF);
    }
}
