package kat.apiserver.dynamic;

/// How often the plug-ins that change objects run for one write: once, and a second time when a
/// webhook or policy changed the object.
///
/// **Threads:** belongs to one request.
///
/// **Source:** `apiserver/pkg/admission/reinvocation.go`.
public final class Round {

    private final Reinvocation webhooks = new Reinvocation();
    private final Reinvocation policies = new Reinvocation();
    private boolean isWanted;
    private boolean isSecond;

    /// Whether everything shall run again; then it is the second time.
    public boolean again() {
        boolean first = isWanted && !isSecond;
        isSecond |= first;
        return first;
    }

    boolean isSecond() {
        return isSecond;
    }

    void wantAgain() {
        isWanted = true;
    }

    Reinvocation webhooks() {
        return webhooks;
    }

    Reinvocation policies() {
        return policies;
    }
}
