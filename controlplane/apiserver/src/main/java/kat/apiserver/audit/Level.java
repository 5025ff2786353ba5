package kat.apiserver.audit;

/// How much of a request is told, each level all that those before it tell.
public enum Level {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String wire;

    Level(String wire) {
        this.wire = wire;
    }

    /// As policies and events write it.
    public String wire() {
        return wire;
    }

    boolean reaches(Level other) {
        return compareTo(other) >= 0;
    }
}
