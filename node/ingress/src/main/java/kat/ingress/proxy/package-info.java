/// The data path: connections of clients on one side, of servers on the other, and requests passed
/// between them on one event loop.
///
/// Read [kat.ingress.proxy.FrontEnd] (listens, and takes a new table at once), then
/// [kat.ingress.proxy.ClientHandler] (one connection or stream of a client),
/// [kat.ingress.proxy.Exchange] (one request) and [kat.ingress.proxy.Pools] (connections to
/// servers).
///
/// Nothing here knows Kubernetes' API; where a request goes, [kat.ingress.route] says.
@NullMarked
package kat.ingress.proxy;

import org.jspecify.annotations.NullMarked;
