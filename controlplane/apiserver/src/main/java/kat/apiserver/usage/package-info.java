/// What nodes and pods use at present, as `metrics.k8s.io` tells it.
///
/// [kat.apiserver.usage.Usage] asks the nodes; nothing is stored. The path of a request is in
/// `kat.apiserver.rest`.
///
/// Nothing here knows who scales by these numbers.
@NullMarked
package kat.apiserver.usage;

import org.jspecify.annotations.NullMarked;
