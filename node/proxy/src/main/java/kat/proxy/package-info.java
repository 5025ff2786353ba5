/// Services, node ports, host ports and NetworkPolicies as packet rules of the node: pure functions
/// turn objects into the table that should be, and a runner changes what differs.
///
/// Read [kat.proxy.TableLayout] (how a packet travels), [kat.proxy.ServiceRules] (one Service's
/// part), [kat.proxy.PolicyRules] (a policy's and an isolated pod's), [kat.proxy.PolicyTable] (what
/// a change touches), [kat.proxy.DesiredTable] (all parts, and the difference), then
/// [kat.proxy.ServiceProxy].
///
/// Nothing here knows how objects are stored, who makes EndpointSlices, or how pods get addresses.
@NullMarked
package kat.proxy;

import org.jspecify.annotations.NullMarked;
