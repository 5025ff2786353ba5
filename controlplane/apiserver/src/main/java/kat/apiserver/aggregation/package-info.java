/// API groups that other servers serve: which there are, whether they can be reached, and the way
/// of a request to them and back.
///
/// Read [kat.apiserver.aggregation.Aggregation], which keeps the APIServices and the routes, then
/// [kat.apiserver.aggregation.RemoteProxy] and [kat.apiserver.aggregation.RemoteCall].
///
/// Nothing here knows how this server's own kinds are read and written beyond its APIServices.
@NullMarked
package kat.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
