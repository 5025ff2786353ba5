/// Load balancers without a cloud: the machine's own addresses.
///
/// Read [kat.controllers.loadbalancer.LoadBalancers].
///
/// Nothing here knows packets, or how the node's addresses are found.
@NullMarked
package kat.controllers.loadbalancer;

import org.jspecify.annotations.NullMarked;
