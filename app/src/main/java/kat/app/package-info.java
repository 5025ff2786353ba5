/// The one place where KAT's components are put together.
///
/// Read [kat.app.ServerMain], then [kat.app.Cluster] from top to bottom; [kat.app.ClusterConfig]
/// says what can be chosen, [kat.app.ClusterFiles] where a cluster keeps its things.
///
/// Nothing here decides anything about pods, services or requests.
@NullMarked
package kat.app;

import org.jspecify.annotations.NullMarked;
