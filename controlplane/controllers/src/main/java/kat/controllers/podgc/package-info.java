/// Removes pods that nobody else will: those of nodes that are gone, and the oldest of too many
/// that have ended.
///
/// [kat.controllers.podgc.PodGarbage] is all there is.
///
/// Nothing here looks at what owns a pod.
@NullMarked
package kat.controllers.podgc;

import org.jspecify.annotations.NullMarked;
