package kat.kubelet.volumes;

/// A volume did not grow on the node; the message is shown to people.
public final class GrowthFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// What follows from it.
    public enum Kind {
        /// Whoever serves the volume never does this: nothing is left to do on the node.
        UNSUPPORTED,
        /// Not while it is in use: it is used as it is, and not tried again on this node.
        IN_USE,
        /// It can never have this size: whoever asked for it must ask for another.
        INFEASIBLE,
        /// It may work later.
        FAILED
    }

    public GrowthFault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
