/// HTTPS on Netty: connections, protocols, back pressure. It turns what comes in into a [Request]
/// and gives an [Exchange] to the one [Handler] above.
///
/// Read [kat.apiserver.http.Exchange], then [kat.apiserver.http.HttpServer]; `Http2Connection…` and
/// `Http1…` are the two protocols, chosen by ALPN.
///
/// Nothing here knows what a Kubernetes object is.
@NullMarked
package kat.apiserver.http;

import org.jspecify.annotations.NullMarked;
