package kat.apiserver.audit;

/// How far a request has come when an event tells of it.
public enum Stage {
    REQUEST_RECEIVED("RequestReceived"),
    RESPONSE_STARTED("ResponseStarted"),
    RESPONSE_COMPLETE("ResponseComplete"),
    PANIC("Panic");

    private final String wire;

    Stage(String wire) {
        this.wire = wire;
    }

    /// As policies and events write it.
    public String wire() {
        return wire;
    }
}
