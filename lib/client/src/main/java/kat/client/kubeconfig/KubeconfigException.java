package kat.client.kubeconfig;

/// A kubeconfig cannot be used.
public final class KubeconfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean found;

    KubeconfigException(String message, boolean found) {
        super(message);
        this.found = found;
    }

    KubeconfigException(String message, boolean found, Throwable cause) {
        super(message, cause);
        this.found = found;
    }

    /// Whether there is a kubeconfig that names a server at all.
    public boolean isFound() {
        return found;
    }
}
