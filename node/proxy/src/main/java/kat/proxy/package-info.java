/// Services, node ports and host ports as packet rules of the node: a pure function turns Services
/// and EndpointSlices into the table that should be, and a runner changes what differs.
///
/// Read [kat.proxy.TableLayout] (how a packet travels), [kat.proxy.ServiceRules] (one Service's
/// part), [kat.proxy.DesiredTable] (all parts, and the difference), then [kat.proxy.ServiceProxy].
///
/// Nothing here knows how objects are stored, who makes EndpointSlices, or how pods get addresses.
@NullMarked
package kat.proxy;

import org.jspecify.annotations.NullMarked;
