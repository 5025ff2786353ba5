package kat.kubelet.volumes;

import java.time.Instant;
import kat.api.KubeObject;

/// Where service account tokens come from.
///
/// **Threads:** any; calls block.
public interface Tokens {

    /// A new token bound to the pod.
    ///
    /// @param audience empty for the API server itself
    /// @param seconds how long it shall be valid
    /// @throws VolumeFault when none is given
    Token request(KubeObject pod, String audience, long seconds) throws VolumeFault;

    /// @param text the token; secret
    /// @param refresh when it should be replaced
    /// @param expires when it is worth nothing
    record Token(String text, Instant refresh, Instant expires) {
        @Override
        public String toString() {
            return "Token[refresh=" + refresh + "]";
        }
    }
}
