/// Which request goes where: Ingress objects and what they name, compiled into an immutable table.
///
/// Read [kat.ingress.route.RouteCompiler] (objects in, table and problems out), then
/// [kat.ingress.route.RouteTable] (host and path to a route), [kat.ingress.route.Settings] (what
/// the annotations of one Ingress say) and [kat.ingress.route.Gate] (what becomes of one request).
///
/// Nothing here knows sockets, threads, clocks or who delivers the objects.
@NullMarked
package kat.ingress.route;

import org.jspecify.annotations.NullMarked;
