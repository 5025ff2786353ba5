/// The API over HTTP: paths, query parameters, media types, bodies and answers.
///
/// Read [kat.apiserver.rest.HttpApi], which takes each request through authentication, permission
/// and routing, then [kat.apiserver.rest.ObjectEndpoint] and [kat.apiserver.rest.WatchEndpoint].
///
/// Nothing here knows sockets or how objects are stored.
@NullMarked
package kat.apiserver.rest;

import org.jspecify.annotations.NullMarked;
