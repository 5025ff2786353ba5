package kat.kubelet.spec;

import java.io.IOException;
import kat.api.KubeObject;

/// The host name of a pod and the domain that it is in.
///
/// @param hostname what `hostname` prints in the pod
/// @param domain for example `sub.default.svc.cluster.local`; empty without a subdomain
///
/// **Source:** `GeneratePodHostNameAndDomain` in `pkg/kubelet/kubelet_pods.go`.
public record PodNames(String hostname, String domain) {

    private static final int LONGEST_HOSTNAME = 63;

    /// Of the kernel's `nodename`, without its end.
    private static final int LONGEST_WHOLE = 64;

    /// @throws IOException when the name does not fit where the kernel keeps it
    public static PodNames of(KubeObject pod, String clusterDomain) throws IOException {
        String override = pod.spec().string("hostnameOverride");
        if (!override.isEmpty()) {
            return new PodNames(override, "");
        }
        String wanted = pod.spec().string("hostname");
        String name = wanted.isEmpty() ? truncate(pod.name()) : wanted;
        String subdomain = pod.spec().string("subdomain");
        String domain =
                subdomain.isEmpty()
                        ? ""
                        : subdomain + "." + pod.namespace() + ".svc." + clusterDomain;
        boolean full = pod.spec().bool("setHostnameAsFQDN") && !domain.isEmpty();
        if (!full) {
            return new PodNames(name, domain);
        }
        String whole = name + "." + domain;
        if (whole.length() > LONGEST_WHOLE) {
            throw new IOException(
                    "failed to construct FQDN from pod hostname and cluster domain, FQDN "
                            + whole
                            + " is too long ("
                            + LONGEST_WHOLE
                            + " characters is the max, "
                            + whole.length()
                            + " characters requested)");
        }
        return new PodNames(whole, "");
    }

    private static String truncate(String name) {
        if (name.length() <= LONGEST_HOSTNAME) {
            return name;
        }
        String cut = name.substring(0, LONGEST_HOSTNAME);
        int end = cut.length();
        while (end > 0 && (cut.charAt(end - 1) == '-' || cut.charAt(end - 1) == '.')) {
            end--;
        }
        return cut.substring(0, end);
    }
}
