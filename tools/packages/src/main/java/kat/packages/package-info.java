/// Helm's verbs, done by the Helm library itself (helm-java): what `kat helm` runs.
///
/// Read [Main] (the verbs), then [Releases] (those that change a cluster), [Charts] (those that
/// work on files) and [HelmOptions] (the flags).
///
/// It is a program of its own, started when it is needed: `kat up` and the server load nothing of
/// it. It knows no module of KAT and reaches a cluster as any Helm does, by a kubeconfig.
@NullMarked
package kat.packages;

import org.jspecify.annotations.NullMarked;
