/// The network between the processes of a simulated cluster: calls and watches that are late, get
/// lost or break, and a server that may be away.
///
/// Read [kat.simulation.network.Network] first, then [kat.simulation.network.FaultyTransport].
///
/// Nothing here knows what the calls are about.
@NullMarked
package kat.simulation.network;

import org.jspecify.annotations.NullMarked;
