/// What pods say about the nodes that they may run on: node selectors and affinity, taints and
/// tolerations. Schedulers ask it to choose, kubelets to refuse.
///
/// Read [kat.api.placement.NodeAffinityTerms], then [kat.api.placement.Toleration].
///
/// Nothing here knows pods' states, nodes' room, or who asks.
@NullMarked
package kat.api.placement;

import org.jspecify.annotations.NullMarked;
