package kat.kubelet.admission;

/// Why a pod may not run on this node.
///
/// @param reason one word, such as `OutOfcpu`, `NodePorts` or `Evicted`
/// @param message Kubernetes' sentence for it
public record Refusal(String reason, String message) {

    static Refusal predicate(String name, String description) {
        return new Refusal(name, "Predicate " + name + " failed: " + description);
    }

    /// The message of the status of a pod that was never started.
    public String statusMessage() {
        return "Pod was rejected: " + message;
    }
}
