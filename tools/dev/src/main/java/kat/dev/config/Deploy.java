package kat.dev.config;

import java.time.Duration;
import java.util.List;

/// How manifests reach the cluster.
///
/// @param kubeContext empty for the current one
/// @param checksStatus whether rollouts are waited for
/// @param deadline of each rollout; zero for the deployment's own, ten minutes where it has
///     none
/// @param toleratesFailures whether a failure is waited out until the deadline
/// @param logPrefix `container`, `podAndContainer`, `auto` or `none`
public record Deploy(
        String kubeContext,
        boolean checksStatus,
        Duration deadline,
        boolean toleratesFailures,
        String logPrefix,
        Helm helm,
        Kubectl kubectl) {

    /// What kubectl is told.
    ///
    /// @param namespace for objects without one; empty for that of the command
    public record Kubectl(
            String namespace,
            List<String> global,
            List<String> apply,
            List<String> delete,
            boolean skipsValidation,
            Hooks hooks) {
        public Kubectl {
            global = List.copyOf(global);
            apply = List.copyOf(apply);
            delete = List.copyOf(delete);
        }
    }
}
