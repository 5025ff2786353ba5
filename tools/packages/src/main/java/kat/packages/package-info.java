/// Helm's verbs, done by the Helm library itself (helm-java): what `kat helm` runs.
///
/// Read [Main], then the verbs: [ReleaseVerbs] (those that change a cluster), [ShowVerbs] (those
/// that show releases), [RepoVerbs] and [Charts]. What the library lacks is done over the Secrets
/// in which Helm keeps releases: [ReleaseStore], and [Rollback] through a [StorageLens].
///
/// It is a program of its own, started when it is needed: `kat up` and the server load nothing of
/// it. It reaches a cluster as any Helm does, by a kubeconfig, and knows nothing of KAT's server.
@NullMarked
package kat.packages;

import org.jspecify.annotations.NullMarked;
