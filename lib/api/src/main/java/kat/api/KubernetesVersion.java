package kat.api;

/// The Kubernetes whose API and behaviour are shown: the one place that says which.
///
/// **Source:** the release of Kubernetes that the tables of kinds and schemas were read from.
public final class KubernetesVersion {

    public static final String MAJOR = "1";
    public static final String MINOR = "36";

    /// As `/version` and nodes tell it.
    public static final String TEXT = "v" + MAJOR + "." + MINOR + ".3";

    private KubernetesVersion() {}
}
