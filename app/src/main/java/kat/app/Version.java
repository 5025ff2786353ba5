package kat.app;

import kat.api.KubernetesVersion;

/// What this program is a version of.
public final class Version {

    public static final String KAT = "0.1.0";

    /// The Kubernetes whose behaviour it shows.
    public static final String KUBERNETES = KubernetesVersion.TEXT;

    private Version() {}
}
